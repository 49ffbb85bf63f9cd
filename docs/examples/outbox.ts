// A small producer with a window, as a team might write one, with a fault that teams really ship.
// The guide docs/adapter.md finds the fault.

/** What it sends. The body is left out here. */
export interface OutboxMessage {
  readonly id: string;
  readonly size: number;
  readonly deliveryMode: 'persistent' | 'non-persistent';
}

interface Waiting {
  readonly message: OutboxMessage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Sends persistent messages synchronously, and others without waiting while the window has room. */
export class Outbox<M extends OutboxMessage> {
  readonly #limit: number;
  readonly #write: (message: M) => Promise<void>;
  readonly #queue: (Waiting & { readonly message: M })[] = [];
  readonly #unanswered = new Set<Waiting>();
  #used = 0;
  #ended: Error | undefined;

  /** `limit`: bytes that may be unanswered at once (0: no limit). `write` resolves at the broker's ack. */
  constructor(limit: number, write: (message: M) => Promise<void>) {
    this.#limit = limit;
    this.#write = write;
  }

  send(message: M): Promise<void> {
    const isTooLarge = this.#limit > 0 && message.size > this.#limit;
    if (this.#ended) return Promise.reject(this.#ended);
    if (isTooLarge && !isSync(message)) return Promise.reject(new Error('larger than the window'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ message, resolve, reject });
      this.#pump();
    });
  }

  /** Ends the outbox after a close or a loss: every waiting call fails with the reason, and nothing more is sent. */
  end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of [...this.#queue.splice(0), ...this.#unanswered]) reject(reason);
  }

  /** Sends, in order, what has room. */
  #pump(): void {
    for (let head = this.#queue[0]; head && this.#hasRoom(); head = this.#queue[0]) {
      this.#queue.shift();
      this.#transmit(head);
    }
  }

  #hasRoom(): boolean {
    return this.#limit === 0 || this.#used < this.#limit;
  }

  #transmit(waiting: Waiting & { readonly message: M }): void {
    const { message, resolve, reject } = waiting;
    const charge = isSync(message) ? 0 : message.size;
    this.#used += charge;
    this.#unanswered.add(waiting);
    const answered = (settle: () => void) => {
      this.#used -= charge;
      this.#unanswered.delete(waiting);
      settle();
      this.#pump();
    };
    this.#write(message).then(
      () => answered(resolve),
      (error: unknown) => answered(() => reject(error)),
    );
    if (!isSync(message)) resolve();
  }
}

function isSync({ deliveryMode }: OutboxMessage): boolean {
  return deliveryMode === 'persistent';
}
