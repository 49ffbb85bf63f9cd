// AMQP 1.0, as a broker speaks it to a producer. A delivery that is not settled yet is answered by a disposition:
// accepted or rejected, and one may tell the same of several. Transactions are declared and discharged through a link to the coordinator. What else a client
// asks for is granted at once, with ample credit; nothing is ever delivered to it.
import type { Duplex } from 'node:stream';
import type { Packet } from '../../../../spec/events/message.ts';
import { carriedMessage } from '../carried-message.ts';
import { FieldReader } from '../field-reader.ts';
import { type Protocol, protocolFault, transactionName, type WirePort } from '../protocol.ts';
import { SAYS } from '../says.ts';
import { serveFrames } from '../serve-frames.ts';
import { runsOf, Turn } from '../turn.ts';
import * as say from './answers.ts';
import { CODE } from './codes.ts';
import { cutFrame, encodeFrame, type Frame } from './frame.ts';
import { describedBy, readSections, type Sections, valueOf } from './message.ts';
import { type Delivery, Session } from './session.ts';
import { Described, type Field, readPerformative } from './values.ts';

/** The protocol. */
export const AMQP_1_0: Protocol = {
  title: 'AMQP 1.0',
  says: SAYS['amqp-1.0'],
  serve(stream, port) {
    const connection = new AmqpConnection(stream, port);
    return serveFrames(stream, port, {
      named: 'an AMQP 1.0 frame',
      cut: cutFrame,
      take: (frame) => connection.take(frame),
      nudge: () => connection.nudge(),
    });
  },
};

/** The beginnings of the two layers. */
const PLAIN = Buffer.from('AMQP\x00\x01\x00\x00', 'latin1');
const SASL = Buffer.from('AMQP\x03\x01\x00\x00', 'latin1');
const TITLE = 'an AMQP 1.0';
const FULL = 'amqp:resource-limit-exceeded';
const ROLLED_BACK = 'amqp:transaction:rollback';

const NOTHING = new Described(undefined, undefined);
/** Where a flow says that its client wants to hear of the broker's. */
const WANTS_ECHO = 9;

/** What becomes of a delivery. */
interface Disposal {
  readonly channel: number;
  readonly id: number;
  readonly state: Buffer;
}

/** Where a frame belongs. */
interface Place {
  readonly session: Session;
  readonly channel: number;
  readonly frame: FieldReader;
}

/** One client. */
class AmqpConnection {
  readonly #stream: Duplex;
  readonly #port: WirePort;
  readonly #sessions = new Map<number, Session>();
  readonly #turn = new Turn<Disposal>((disposals) => this.#dispose(disposals));
  #hasBegun = false;
  #isOpen = false;
  #transactions = 0;

  constructor(stream: Duplex, port: WirePort) {
    this.#stream = stream;
    this.#port = port;
  }

  /** An empty frame takes the TCP acknowledgement along: a client with Nagle's algorithm waits for that. */
  nudge(): void {
    if (this.#isOpen) this.#write(encodeFrame('amqp', 0));
  }

  take({ type, channel, body }: Frame): void {
    if (type === 'beginning' || !this.#hasBegun) return this.#begin(type, body);
    if (body.length === 0) return;
    const frame = new FieldReader(body, TITLE);
    const { code, fields } = readPerformative(frame);
    if (type === 'sasl') return this.#authenticate(code, frame);
    switch (code) {
      case CODE.open:
        this.#isOpen = true;
        return this.#say(0, say.OPENED);
      case CODE.begin:
        this.#sessions.set(channel, new Session(fields));
        return this.#say(channel, say.begun(channel));
      case CODE.end:
        this.#sessions.delete(channel);
        return this.#say(channel, say.ENDED);
      case CODE.close:
        this.#isOpen = false;
        this.#say(0, say.CLOSED);
        return void this.#stream.end();
      case CODE.disposition:
        return; // A client that settles what is settled already.
    }
    const session = this.#sessions.get(channel);
    if (!session) throw frame.fault(`is on channel ${channel}, where no session has begun`);
    const answer = this.#takeInSession(code, fields, { session, channel, frame });
    if (answer) this.#say(channel, answer);
  }

  #begin(type: Frame['type'], body: Buffer): void {
    const isSasl = body.equals(SASL);
    if (type !== 'beginning' || !(isSasl || body.equals(PLAIN))) {
      const own = 'the kit speaks AMQP 1.0 here';
      throw protocolFault(`its client began with ${body.subarray(0, 24).toString('hex')}; ${own}`);
    }
    this.#hasBegun = true;
    this.#write(body);
    if (isSasl) this.#write(encodeFrame('sasl', 0, say.MECHANISMS));
  }

  #authenticate(code: number, frame: FieldReader): void {
    if (code !== CODE['sasl-init']) throw frame.fault('asks to authenticate in a way not offered');
    this.#write(encodeFrame('sasl', 0, say.AUTHENTICATED));
  }

  /** Returns what is answered at once; absent: nothing. */
  #takeInSession(
    code: number,
    asked: readonly Field[],
    { session, channel, frame }: Place,
  ): Buffer | undefined {
    switch (code) {
      case CODE.attach: {
        const link = session.attach(asked);
        if (link.receives) return say.attached(link);
        this.#say(channel, say.attached(link));
        return session.room(link);
      }
      case CODE.detach:
        return say.detached(session.detach(asked, frame), asked[1]?.value === true);
      case CODE.flow:
        return asked[WANTS_ECHO]?.value === true ? session.room() : undefined;
      case CODE.transfer: {
        const delivery = session.transfer(asked, frame);
        if (delivery) this.#deliver(delivery, channel);
        return undefined;
      }
      default:
        throw frame.fault(`asks for what no client asks (${code.toString(16)})`);
    }
  }

  #deliver(delivery: Delivery, channel: number): void {
    const { link, id, body, transaction, isSettled } = delivery;
    const sections = readSections(new FieldReader(body, TITLE));
    const dispose = (state: Buffer) => this.#turn.add({ channel, id, state });
    if (link.isCoordinator) return this.#delimit(sections, dispose);
    const message = carriedMessage(
      describedBy(sections, link.address),
      this.#port,
      `an AMQP 1.0 message to ${link.address ?? 'nowhere'}`,
      'its correlation id, its message id or the application property id',
    );
    const packet = { type: 'message', message } as const;
    if (isSettled) return void this.#port.receive(packet, 'nothing').catch(ignore);
    if (transaction === undefined) return this.#await(packet, say.ACCEPTED, FULL, dispose);
    const disposeWithin = (outcome: Buffer) => dispose(say.within(transaction, outcome));
    this.#await({ ...packet, transaction }, say.ACCEPTED, FULL, disposeWithin);
  }

  /** A transaction is declared, or discharged: committed, or rolled back. */
  #delimit(sections: Sections, dispose: (state: Buffer) => void): void {
    const asks = valueOf(sections);
    const { code, fields } = asks instanceof Described ? asks : NOTHING;
    const [id, fails] = fields;
    if (code === CODE.declare) {
      const transaction = transactionName(this.#port, (this.#transactions += 1));
      this.#await({ type: 'begin', transaction }, say.declared(transaction), ROLLED_BACK, dispose);
    } else if (code === CODE.discharge && Buffer.isBuffer(id)) {
      const type = fails === true ? 'rollback' : 'commit';
      this.#await({ type, transaction: id.toString() }, say.ACCEPTED, ROLLED_BACK, dispose);
    } else {
      const what = 'neither to declare nor to discharge a transaction';
      throw protocolFault(`its client asked the AMQP 1.0 coordinator ${what}`);
    }
  }

  /** Answers a packet when the scenario does. */
  #await(
    packet: Packet,
    accepted: Buffer,
    condition: string,
    dispose: (state: Buffer) => void,
  ): void {
    this.#port.receive(packet).then(
      () => dispose(accepted),
      ({ message }: Error) => dispose(say.rejected(condition, message)),
    );
  }

  /** One frame tells the same of deliveries whose numbers follow each other. */
  #dispose(disposals: readonly Disposal[]): void {
    const follows = (one: Disposal, next: Disposal) =>
      next.channel === one.channel && next.id === one.id + 1 && next.state.equals(one.state);
    for (const run of runsOf(disposals, follows)) {
      const [{ channel, id, state }] = run;
      this.#say(channel, say.disposed(id, run.at(-1)!.id, state));
    }
  }

  #say(channel: number, body: Buffer): void {
    this.#write(encodeFrame('amqp', channel, body));
  }

  #write(bytes: Buffer): void {
    if (this.#stream.writable) this.#stream.write(bytes);
  }
}

const ignore = () => {};
