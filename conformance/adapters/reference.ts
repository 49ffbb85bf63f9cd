// The adapter of the reference producer, and the only file of the kit that knows the reference.
// It is also what a user's adapter looks like: construct, wire up the listeners, hand calls on.
import { Connection, errorKind } from '../../reference/index.ts';
import { CAPABILITIES } from '../../spec/settings.ts';
import { defineAdapter } from '../adapter.ts';

export default defineAdapter({
  name: 'reference',
  supports: CAPABILITIES,
  errorKind,
  open({ settings, broker, onAsyncError }) {
    const connection = new Connection(broker, settings);
    connection.onAsyncError = onAsyncError;
    const session = connection.createSession();
    const producer = session.createProducer(settings.destination);
    return {
      send: (message, options) => producer.send(message, options),
      begin: () => session.begin(),
      commit: () => session.commit(),
      rollback: () => session.rollback(),
      // Not producer.close(), which would leave a commit waiting.
      close: () => connection.close(),
      windowUsage: () => producer.windowUsage(),
    };
  },
});
