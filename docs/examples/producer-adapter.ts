// An adapter: how producer-tck opens your producer, and what your producer claims to do. Replace the example
// producer at the end with your own. The rest can stay nearly as it is. Then run:
//
//   npx producer-tck doctor ./producer-adapter.ts    is the adapter right?
//   npx producer-tck run ./producer-adapter.ts       is the producer right?
import { defineAdapter, type BrokerPort, type OutgoingMessage } from 'producer-tck';

export default defineAdapter({
  // Shown in reports.
  name: 'my producer',

  // What your producer can do. Rules about anything else are not applicable. Claim all that is true, and no more:
  // 'window', 'transactions', 'completion', 'timeout', 'interrupt', 'async-errors', 'connection-loss',
  // 'use-async-send', 'always-sync-send', 'response-required', 'destinations', 'usage'.
  supports: ['connection-loss'],

  // Optional: tells kinds of error apart, so that the kit can judge them too.
  errorKind(error) {
    const { name } = error as Error;
    if (name === 'ClosedError') return 'closed';
    if (name === 'BrokerRefused') return 'refused';
    return name === 'ConnectionLost' ? 'connection-lost' : 'other';
  },

  // The kit calls this once for every case: open a fresh producer, and keep nothing from the last one. `settings` says
  // how to configure the producer (window, timeout, …), `broker` is the wire, and `onAsyncError` is the error listener.
  open({ broker }) {
    const producer = new ExampleProducer(broker);
    return {
      // Return the producer's own promise, which ends when the call would return or throw. With the capability
      // 'interrupt', react to options.signal; with 'completion', call options.onComplete.
      send: (message) => producer.send(message),
      // Close everything that open() has opened. No call may stay pending.
      close: () => producer.close(),
      // With 'transactions', add begin, commit and rollback; with 'usage', add windowUsage.
    };
  },
});

class ClosedError extends Error {
  override readonly name = 'ClosedError';
}

/** Sends at once. A persistent message is acknowledged before its send returns. */
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
