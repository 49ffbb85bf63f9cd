// An adapter: how producer-tck opens your producer, and what your producer claims to do. Replace the example
// producer at the end by your own; the rest can stay nearly as it is. Then:
//
//   npx producer-tck doctor ./producer-adapter.ts    is the adapter right?
//   npx producer-tck run ./producer-adapter.ts       is the producer right?
import { defineAdapter, type BrokerPort, type OutgoingMessage } from 'producer-tck';

export default defineAdapter({
  // Shown in reports.
  name: 'my producer',

  // What your producer can do; rules about anything else are not applicable. Claim all that is true, and no more:
  // 'window', 'transactions', 'completion', 'timeout', 'interrupt', 'async-errors', 'connection-loss',
  // 'use-async-send', 'always-sync-send', 'response-required', 'destinations', 'usage'.
  supports: ['connection-loss'],

  // Optional: tells kinds of error apart, so that they are judged too.
  errorKind(error) {
    const { name } = error as Error;
    if (name === 'ClosedError') return 'closed';
    if (name === 'BrokerRefused') return 'refused';
    return name === 'ConnectionLost' ? 'connection-lost' : 'other';
  },

  // Called once for every case: open a fresh producer, and keep nothing from the last one. `settings` says how to
  // configure it (window, timeout, …), `broker` is the wire, and `onAsyncError` takes what no caller can learn.
  open({ broker }) {
    const producer = new ExampleProducer(broker);
    return {
      // Give back the producer's own promise: it ends when the call would return, or throw. With the capability
      // 'interrupt' heed options.signal, with 'completion' call options.onComplete.
      send: (message) => producer.send(message),
      // Close all that open() has made. No call may stay pending.
      close: () => producer.close(),
      // With 'transactions' also begin, commit and rollback; with 'usage' also windowUsage.
    };
  },
});

class ClosedError extends Error {
  override readonly name = 'ClosedError';
}

/** Sends at once; a persistent message is acknowledged before its send returns. */
class ExampleProducer {
  readonly #broker: BrokerPort;
  readonly #waiting = new Set<(error: Error) => void>();
  #isClosed = false;

  constructor(broker: BrokerPort) {
    this.#broker = broker;
  }

  async send(message: OutgoingMessage): Promise<void> {
    if (this.#isClosed) throw new ClosedError('the producer is closed');
    const answer = this.#broker.receive({ type: 'message', message });
    const mustWait = message.deliveryMode === 'persistent' || this.#broker.lost.aborted;
    if (mustWait) await this.#unlessClosed(answer);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const fail of this.#waiting) fail(new ClosedError('the producer was closed'));
  }

  #unlessClosed(answer: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      answer.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }
}
