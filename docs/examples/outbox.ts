// A small producer with a window, as a team might have one, and with a fault that teams really ship.
// The guide docs/adapter.md finds it.

/** What it sends: the body is left out here. */
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

/** Persistent messages are sent synchronously; others are fired off, while the window has room for them. */
export class Outbox<M extends OutboxMessage> {
  readonly #limit: number;
  readonly #write: (message: M) => Promise<void>;
  readonly #queue: (Waiting & { readonly message: M })[] = [];
  readonly #unanswered = new Set<Waiting>();
  #used = 0;
  #ended: Error | undefined;

  /** `limit`: bytes that may be unanswered at once; 0: no limit. `write` resolves at the broker's answer. */
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

  /** It was closed, or its connection is lost: whoever waits learns why, and nothing more is sent. */
  end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of [...this.#queue.splice(0), ...this.#unanswered]) reject(reason);
  }

  /** Sends what has room, in order. */
  #pump(): void {
    for (let head = this.#queue[0]; head && this.#hasRoomFor(head.message); head = this.#queue[0]) {
      this.#queue.shift();
      this.#transmit(head);
    }
  }

  #hasRoomFor(message: M): boolean {
    if (this.#limit === 0 || isSync(message)) return true;
    return this.#used < this.#limit;
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
