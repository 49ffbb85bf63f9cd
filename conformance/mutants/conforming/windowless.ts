// The least there can be: no window, no transactions, no kinds of error; persistent messages block, others
// do not.
import { defineAdapter } from '../../adapter.ts';

/** A producer that claims nothing. */
export const windowless = defineAdapter({
  name: 'windowless',
  supports: [],
  open({ broker }) {
    let closed = false;
    let end = () => {};
    const closing = new Promise<never>((_, reject) => {
      end = () => reject(new Error('the producer was closed'));
    });
    closing.catch(() => {});
    return {
      async send(message) {
        if (closed) return closing;
        const answer = broker.receive({ type: 'message', message });
        if (message.deliveryMode === 'persistent') await Promise.race([answer, closing]);
      },
      async close() {
        closed = true;
        end();
      },
    };
  },
});
