// STOMP 1.0 to 1.2, as a broker speaks it. A frame with a receipt header is answered by RECEIPT; a refusal is an ERROR.
// With it the standard ends the connection; ActiveMQ does not. Subscriptions are taken and never served. Heart-beats are declined.
import type { Duplex } from 'node:stream';
import { carriedMessage } from '../carried-message.ts';
import { type Protocol, protocolFault, shownBytes, type WirePort } from '../protocol.ts';
import { SAYS } from '../says.ts';
import { serveFrames } from '../serve-frames.ts';
import { cutFrame, encodeFrame, type Frame } from './frame.ts';

/** The protocol, as the standard has it. */
export const STOMP: Protocol = {
  title: 'STOMP',
  says: SAYS.stomp,
  serve,
};

/** The protocol, as ActiveMQ has it: a refusal ends nothing. */
export const STOMP_OF_ACTIVEMQ: Protocol = {
  title: 'STOMP',
  says: SAYS['stomp-activemq'],
  serve,
};

function serve(stream: Duplex, port: WirePort): () => string {
  const connection = new StompConnection(stream, port);
  return serveFrames(stream, port, {
    named: 'a STOMP frame',
    cut: cutFrame,
    take: (frame) => connection.take(frame),
    nudge: () => connection.nudge(),
    isBlank: (rest) => /^[\r\n]*$/.test(rest.toString('latin1')),
  });
}

/** Versions in which what a producer says is the same; the highest that the client knows is taken. */
const VERSIONS = ['1.2', '1.1', '1.0'] as const;
/** Headers that may hold the id of a message. */
const ID_HEADERS = ['correlation-id', 'id', 'message-id'] as const;
const ENDS = { BEGIN: 'begin', COMMIT: 'commit', ABORT: 'rollback' } as const;

/** One client. */
class StompConnection {
  readonly #stream: Duplex;
  readonly #port: WirePort;
  #isConnected = false;

  constructor(stream: Duplex, port: WirePort) {
    this.#stream = stream;
    this.#port = port;
  }

  take(frame: Frame): void {
    const { command } = frame;
    if (command === 'CONNECT' || command === 'STOMP') return this.#connect(frame);
    if (!this.#isConnected)
      throw protocolFault(`its client began with a STOMP frame ${named(frame)}, not with CONNECT`);
    switch (command) {
      case 'SEND':
        return this.#send(frame);
      case 'BEGIN':
      case 'COMMIT':
      case 'ABORT':
        return this.#delimit(frame, ENDS[command]);
      case 'SUBSCRIBE':
      case 'UNSUBSCRIBE':
      case 'ACK':
      case 'NACK':
        return this.#confirm(frame);
      case 'DISCONNECT':
        this.#confirm(frame);
        return void this.#stream.end();
      default:
        throw protocolFault(`its client sent a STOMP frame that no client sends: ${named(frame)}`);
    }
  }

  /**
   * A line end behind a frame means nothing, but takes the TCP acknowledgement along: a client with Nagle's algorithm
   * would wait for that with its next frame, for 40 ms.
   */
  nudge(): void {
    if (this.#isConnected && this.#stream.writable) this.#stream.write('\n');
  }

  #connect({ headers }: Frame): void {
    if (this.#isConnected) throw protocolFault('its client sent a second STOMP frame CONNECT');
    const offered = (headers.get('accept-version') ?? '1.0').split(',').map((one) => one.trim());
    const version = VERSIONS.find((one) => offered.includes(one));
    if (version === undefined) {
      this.#say('ERROR', { version: VERSIONS.join(','), message: 'no version in common' });
      const own = VERSIONS.join(', ');
      throw protocolFault(
        `its client's STOMP frame CONNECT accepts version ${offered.join(', ')}; the kit speaks ${own}`,
      );
    }
    this.#isConnected = true;
    this.#say('CONNECTED', { version, 'heart-beat': '0,0', server: 'producer-tck', session: '1' });
  }

  #send(frame: Frame): void {
    const { headers, body } = frame;
    const message = carriedMessage(
      {
        ids: ID_HEADERS.map((name) => headers.get(name)),
        body,
        destinations: [headers.get('destination')],
        ...extensionsOf(headers),
      },
      this.#port,
      `a STOMP frame ${named(frame)}`,
      `its header ${ID_HEADERS.join(', ')}`,
    );
    const transaction = headers.get('transaction');
    const packet = { type: 'message', message } as const;
    this.#await(frame, transaction === undefined ? packet : { ...packet, transaction });
  }

  #delimit(frame: Frame, type: 'begin' | 'commit' | 'rollback'): void {
    const transaction = frame.headers.get('transaction');
    if (transaction === undefined)
      throw protocolFault(`its client sent a STOMP frame ${named(frame)} without a transaction`);
    this.#await(frame, { type, transaction });
  }

  /** Without a receipt header an acknowledgement cannot be told; a refusal can. */
  #await(frame: Frame, packet: Parameters<WirePort['receive']>[0]): void {
    const receipt = frame.headers.get('receipt');
    this.#port.receive(packet, receipt === undefined ? 'refusals' : 'all').then(
      () => this.#confirm(frame),
      ({ message }: Error) => this.#say('ERROR', { 'receipt-id': receipt, message }, message),
    );
  }

  #confirm({ headers }: Frame): void {
    const receipt = headers.get('receipt');
    if (receipt !== undefined) this.#say('RECEIPT', { 'receipt-id': receipt });
  }

  #say(...frame: Parameters<typeof encodeFrame>): void {
    if (this.#stream.writable) this.#stream.write(encodeFrame(...frame));
  }
}

/** The headers that ActiveMQ, Artemis and others read; what a client does not write counts as it was sent. */
function extensionsOf(headers: ReadonlyMap<string, string>) {
  const persistent = headers.get('persistent');
  const priority = headers.get('priority');
  const [expires, timestamp] = [headers.get('expires'), headers.get('timestamp')].map(numberIn);
  return {
    ...(persistent === 'true' && { deliveryMode: 'persistent' as const }),
    ...(persistent === 'false' && { deliveryMode: 'non-persistent' as const }),
    ...(numberIn(priority) !== undefined && { priority: Number(priority) }),
    ...(expires === 0 && { timeToLiveMs: 0 }),
    ...(expires && timestamp !== undefined && { timeToLiveMs: expires - timestamp }),
  };
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function named({ command, headers }: Frame): string {
  const shown = [...headers].slice(0, 6).map(([name, value]) => `${name}:${value}`);
  return shownBytes(Buffer.from([command, ...shown].join(' ')));
}
