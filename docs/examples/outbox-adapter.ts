// The adapter of the outbox: how to open a fresh one, and what it claims to do.
import { defineAdapter, type OutgoingMessage } from 'producer-tck';
import { Outbox } from './outbox.ts';

export default defineAdapter({
  name: 'outbox',
  supports: ['window', 'connection-loss'],
  open({ settings, broker }) {
    const outbox = new Outbox(settings.windowSize, (message: OutgoingMessage) =>
      broker.receive({ type: 'message', message }),
    );
    broker.lost.addEventListener('abort', () => outbox.end(new Error('the connection is lost')));
    return {
      send: (message) => outbox.send(message),
      close: async () => outbox.end(new Error('the outbox is closed')),
    };
  },
});
