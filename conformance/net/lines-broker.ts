// The kit's own broker as a producer of another process reaches it: over TCP, in JSON Lines. What the two say to each
// other is defined in harness/protocols/json-lines.ts.
import { connect, type Socket } from 'node:net';
import type { BrokerPort, Packet } from '../adapter.ts';
import { BrokerRefused, ConnectionLost } from '../harness/brokers/scripted-broker.ts';
import { asWritten } from '../harness/in-process/wire.ts';
import { LineSplitter } from '../harness/other-process/json-lines.ts';
import type { Address } from './client-end.ts';

/** An answer, by the number of its packet. */
type Answer = { readonly ack: number } | { readonly refuse: number; readonly reason: string };

interface Waiting {
  readonly ack: () => void;
  readonly fail: (error: Error) => void;
}

/** One connection to it. */
export class LinesBroker implements BrokerPort {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #connection = new AbortController();
  #packets = 0;

  /** Resolves once it is connected. */
  static connect(address: Address): Promise<LinesBroker> {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...address, noDelay: true }, () => {
        socket.off('error', reject);
        resolve(new LinesBroker(socket));
      });
      socket.once('error', reject);
    });
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    const lines = new LineSplitter('the broker');
    socket.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) this.#take(JSON.parse(line) as Answer);
    });
    socket.on('error', () => {}); // `close` follows.
    socket.once('close', () => this.#lose());
  }

  get lost(): AbortSignal {
    return this.#connection.signal;
  }

  readonly receive = (packet: Packet): Promise<void> => {
    this.#packets += 1;
    const number = this.#packets;
    const answer = new Promise<void>((ack, fail) => {
      if (this.lost.aborted) return fail(this.lost.reason as Error);
      this.#waiting.set(number, { ack, fail });
      this.#socket.write(`${JSON.stringify({ receive: number, packet: asWritten(packet) })}\n`);
    });
    answer.catch(() => {}); // Ignoring it does no harm.
    return answer;
  };

  /** Ends the connection. */
  end(): void {
    this.#socket.end();
  }

  #take(answer: Answer): void {
    const number = 'ack' in answer ? answer.ack : answer.refuse;
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if ('ack' in answer) waiting?.ack();
    else waiting?.fail(new BrokerRefused(answer.reason));
  }

  #lose(): void {
    const loss = new ConnectionLost('the connection was lost');
    this.#connection.abort(loss);
    for (const { fail } of this.#waiting.values()) fail(loss);
    this.#waiting.clear();
  }
}
