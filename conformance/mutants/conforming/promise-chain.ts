// Promise chain: each send takes its turn in a chain of promises, and its turn ends when it is written or
// has failed; so does a commit. The timeout runs from the write. At close open callbacks are told so.
import type { ErrorKind } from '../../adapter.ts';
import { Fault } from '../calls.ts';
import { conforming, watch } from './entrance.ts';
import { Front, type Accepted, type Control } from './front.ts';

class PromiseChain extends Front {
  #tail: Promise<void> = Promise.resolve();
  #listeners: (() => void)[] = [];

  override take(send: Accepted): void {
    this.#tail = this.#tail.then(() => this.#turn(send));
  }

  override finish(commit: Control): void {
    this.#tail = this.#tail.then(() => void this.request('commit', commit));
  }

  override watch({ options, entry }: Accepted, stop: (kind: ErrorKind) => void): () => void {
    return watch(options, { ...entry, timeoutMs: 0 }, stop);
  }

  override changed(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }

  async #turn(send: Accepted): Promise<void> {
    while (!send.ended && !this.fits(send)) {
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
    if (send.ended) return;
    const answer = this.write(send);
    if (send.entry.charged) this.#admit(send, answer);
    else this.#block(send, answer);
  }

  #admit(send: Accepted, answer: Promise<void>): void {
    this.used += send.message.size;
    this.unanswered.add(send);
    this.end(send);
    answer.then(
      () => this.answered(send),
      (error: Error) => this.answered(send, error),
    );
  }

  #block(send: Accepted, answer: Promise<void>): void {
    const { timeoutMs } = send.entry;
    const timer =
      timeoutMs > 0 ? setTimeout(() => this.end(send, new Fault('timeout')), timeoutMs) : undefined;
    answer.then(
      () => this.end(send),
      (error: Error) => this.end(send, error),
    );
    const stop = () => clearTimeout(timer);
    send.promise.then(stop, stop);
  }

  override async close(): Promise<void> {
    await super.close();
    for (const send of this.unanswered) {
      // A refusal that comes after close is still reported.
      if (!send.options.onComplete) continue;
      this.unanswered.delete(send);
      this.tell(send, new Fault('closed'));
    }
  }
}

/** The promise chain. */
export const promiseChain = conforming('promise chain', (context) => new PromiseChain(context));
