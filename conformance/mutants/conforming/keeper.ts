// A conforming producer that does odd things with what it is handed, all of them lawful: it freezes messages, reuses
// one packet, says more in it than it was told, and keeps what it may keep of signals, of the connection and of time.
import type { OpenContext, OutgoingMessage, Packet } from '../../adapter.ts';
import type { Job } from '../calls.ts';
import { Engine } from '../engine.ts';

/** What one listener on a signal passes on, for all sends that share it. */
const ears = new WeakMap<AbortSignal, Set<Job>>();
/** A clock that all producers share; each starts it anew. */
let clock: ReturnType<typeof setInterval> | undefined;

export class Keeper extends Engine {
  readonly #packet: { type: 'message'; message?: OutgoingMessage; transaction?: string } = {
    type: 'message',
  };

  constructor(context: OpenContext) {
    super(context);
    for (const kind of ['window', 'connection', 'session'])
      this.broker.lost.addEventListener('abort', () => kind);
    clearInterval(clock);
    clock = setInterval(() => {}, 60_000);
    setTimeout(() => {}, 60_000).unref();
  }

  override copyOf(message: OutgoingMessage): OutgoingMessage {
    return Object.freeze(message);
  }

  override packetOf({ message, transaction }: Job): Packet {
    const destination = message.destination ?? this.settings.destination ?? null;
    this.#packet.message = { ...message, responseRequired: true, destination };
    if (transaction) this.#packet.transaction = transaction.id;
    else delete this.#packet.transaction;
    return this.#packet as Packet;
  }

  override watch(job: Job): void {
    const { signal } = job.options;
    if (signal.aborted) return this.interrupt(job);
    const listening = ears.get(signal) ?? new Set();
    if (!ears.has(signal)) {
      ears.set(signal, listening);
      signal.addEventListener('abort', () => {
        for (const each of listening) this.interrupt(each);
      });
    }
    listening.add(job);
  }

  override unwatch(job: Job): void {
    ears.get(job.options.signal)?.delete(job);
  }
}
