// The adapter of the reference producer, and the only file of the kit that knows the reference.
// It is also what a user's adapter looks like: construct, wire up the listener, hand calls on.
import { Connection, errorKind } from '../../reference/index.ts';
import { CAPABILITIES } from '../../spec/events/settings.ts';
import { defineAdapter } from '../adapter.ts';

export default defineAdapter({
  name: 'reference',
  supports: CAPABILITIES,
  errorKind,
  open(context) {
    const { settings, broker } = context;
    const connection = new Connection(broker, settings);
    connection.onAsyncError = (error, messageId) => context.onAsyncError(error, messageId);
    const session = connection.createSession();
    const producer = session.createProducer(settings.destination);
    return {
      send: (message, options) => producer.send(message, options),
      begin: () => session.begin(),
      commit: () => session.commit(),
      rollback: () => session.rollback(),
      // Not producer.close(), which would leave a commit waiting for its answer.
      close: () => connection.close(),
      windowUsage: () => producer.windowUsage(),
    };
  },
});
