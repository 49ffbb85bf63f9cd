// The broker's end of a connection in memory. What it writes arrives in a tick of its own, so that what goes wrong in
// the client does not reach the broker's side.
import { Duplex } from 'node:stream';

/** What is on its way to the client: bytes, or how its connection ends. */
type Delivery = Buffer | 'end' | 'reset';
/** Called when a stream has done what it was asked to. */
export type Done = (error?: Error | null) => void;

/** The client, as the broker's end sees it. */
export interface Receiver {
  readonly isGone: boolean;
  take(one: Delivery): void;
}

/** A stream for whoever serves the client. */
export class BrokerEnd extends Duplex {
  readonly #client: Receiver;
  readonly #onItsWay: Delivery[] = [];
  #isDelivering = false;

  constructor(client: Receiver) {
    super({ allowHalfOpen: true });
    this.#client = client;
  }

  /** Whether its client can still be told anything. */
  get isOpen(): boolean {
    return this.writable && !this.#client.isGone;
  }

  override _read(): void {}

  override _write(bytes: Buffer, _: BufferEncoding, done: Done): void {
    this.#send(bytes);
    done();
  }

  override _final(done: Done): void {
    this.#send('end');
    done();
  }

  /** What was not ended is reset, behind what is on its way. */
  override _destroy(error: Error | null, done: Done): void {
    if (!this.writableFinished) this.#send('reset');
    done(error);
  }

  #send(one: Delivery): void {
    this.#onItsWay.push(one);
    this.#schedule();
  }

  /** By the clock of whoever runs this: one more thing that is due now. */
  #schedule(): void {
    if (this.#isDelivering || this.#onItsWay.length === 0) return;
    this.#isDelivering = true;
    setImmediate(() => {
      const next = this.#next();
      this.#isDelivering = false;
      this.#schedule();
      if (!this.#client.isGone) this.#client.take(next);
    });
  }

  /** What was written in one turn arrives together. */
  #next(): Delivery {
    const end = this.#onItsWay.findIndex((one) => typeof one === 'string');
    if (end === 0) return this.#onItsWay.shift()!;
    const bytes = this.#onItsWay.splice(0, end < 0 ? this.#onItsWay.length : end);
    return Buffer.concat(bytes as Buffer[]);
  }
}
