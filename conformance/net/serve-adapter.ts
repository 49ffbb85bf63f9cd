// Serves an adapter of this language to a kit in another process, so that it can be judged in real time like one of any
// other: over the kit's broker, a protocol broker, or a real one. The lines are defined in
// harness/other-process/protocol.ts.
import type { ProducerAdapter, ProducerSubject } from '../adapter.ts';
import { parseEndpoint } from '../harness/brokers/endpoint.ts';
import { makeCall } from '../harness/in-process/settle.ts';
import { assertSubject, failureOf, readUsage } from '../harness/in-process/subject.ts';
import { LineSplitter } from '../harness/other-process/json-lines.ts';
import type { AdapterCall } from '../harness/other-process/protocol.ts';
import { LinesBroker } from './lines-broker.ts';
import { networkOf } from './over-network.ts';

/** Names of what the kit rejects with: who drops such an error loses nothing. */
const DROPPABLE = new Set(['BrokerRefused', 'ConnectionLost', 'AbortError']);

/**
 * Lets this process be an adapter for `exec:node FILE`: speaks with the kit on stdin and stdout, until stdin ends. What
 * else is printed goes to stderr. An adapter of `overNetwork` is given the host and port of whatever broker there is.
 */
export function serveAdapter(adapter: ProducerAdapter): void {
  const say = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  process.on('unhandledRejection', (reason) => {
    if (!(reason instanceof Error && DROPPABLE.has(reason.name))) throw reason;
  });
  const service = new Service(adapter, (event) => void say(`${JSON.stringify(event)}\n`));
  const lines = new LineSplitter('the kit');
  process.stdin.on('data', (chunk: Buffer) => {
    for (const line of lines.push(chunk)) service.take(JSON.parse(line) as AdapterCall);
  });
  process.stdin.once('end', () => process.exit());
}

/** What is known of one producer. */
interface Served {
  readonly producer: ProducerSubject;
  /** By the number of the send. */
  readonly interrupts: Map<number, AbortController>;
  readonly broker: LinesBroker | undefined;
}

/** One producer after another. */
class Service {
  readonly #adapter: ProducerAdapter;
  readonly #say: (event: object) => void;
  #served: Served | undefined;
  #opened = 0;

  constructor(adapter: ProducerAdapter, say: (event: object) => void) {
    this.#adapter = adapter;
    this.#say = say;
  }

  take(call: AdapterCall): void {
    switch (call.call) {
      case 'hello':
        return this.#hello();
      case 'open':
        return void this.#open(call);
      case 'send':
        return this.#send(call);
      case 'interrupt':
        return this.#served?.interrupts.get(call.target)?.abort();
      case 'usage':
        return this.#say({ event: 'usage', bytes: readUsage(this.#producer) });
      case 'ping':
        return this.#say({ event: 'pong', n: call.n });
      default:
        return this.#make(call.op, () => this.#producer[call.call]?.());
    }
  }

  get #producer(): ProducerSubject {
    return this.#served!.producer;
  }

  #hello(): void {
    const { name, supports } = this.#adapter;
    const chargedOverhead = overheadOf(this.#adapter);
    this.#say({ event: 'hello', name, supports, chargedOverhead });
  }

  async #open({ settings, broker: address }: Extract<AdapterCall, { call: 'open' }>) {
    this.#opened += 1;
    const number = this.#opened;
    this.#served?.broker?.end();
    this.#served = undefined;
    const onAsyncError = (error: unknown, message?: string) => {
      const event = { event: 'async-error', message, error: this.#failureOf(error) };
      if (number === this.#opened) this.#say(event);
    };
    const where = parseEndpoint(address);
    const network = networkOf(this.#adapter);
    try {
      const broker = network ? undefined : await LinesBroker.connect(where);
      const producer = network
        ? await network.open({ settings, onAsyncError, ...where })
        : await this.#adapter.open({ settings, onAsyncError, broker: broker! });
      assertSubject(producer, this.#adapter);
      this.#served = { producer, broker, interrupts: new Map() };
      this.#say({ event: 'opened' });
    } catch (error) {
      this.#say({ event: 'open-failed', error: this.#failureOf(error) });
    }
  }

  #send({ op, message, completion }: Extract<AdapterCall, { call: 'send' }>): void {
    const interrupt = new AbortController();
    this.#served!.interrupts.set(op, interrupt);
    const { signal } = interrupt;
    const onComplete = (error?: unknown) => {
      const failed = error !== undefined && error !== null;
      this.#say({ event: 'complete', op, error: failed ? this.#failureOf(error) : null });
    };
    const options = completion ? { signal, onComplete } : { signal };
    this.#make(op, () => this.#producer.send(message, options));
  }

  #make(op: number, call: () => unknown): void {
    const succeed = () => this.#say({ event: 'return', op });
    const fail = (error: unknown) =>
      this.#say({ event: 'throw', op, error: this.#failureOf(error) });
    this.#say({ event: 'entered', op });
    makeCall(call, succeed, fail);
  }

  #failureOf(error: unknown) {
    return failureOf(error, this.#adapter);
  }
}

/** Bytes that are charged on top of those of the body: there is a word for nothing else on the wire. */
function overheadOf(adapter: ProducerAdapter): number {
  if (!adapter.chargedSize) return 0;
  const message = { deliveryMode: 'persistent', priority: 4, timeToLiveMs: 0 } as const;
  const [least, more] = [0, 1_001].map(
    (size) => adapter.chargedSize!({ id: 'm1', size, ...message }) - size,
  );
  if (least === more && least! >= 0) return least!;
  throw new Error('a served adapter charges the size of a message and a fixed number of bytes');
}
