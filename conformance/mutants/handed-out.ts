// Mutants of what the kit hands out, and what is left of it: signals, the connection, and time (LIF-5 to LIF-7);
// and of names that are not looked at in full (DST-3).
import { around, onlyIf } from './builds.ts';
import { Fault } from './calls.ts';
import { mutants, SENT_IN_ITS_TURN } from './mutant.ts';

export const HANDED_OUT_MUTANTS = mutants({
  'one-ear-for-each-signal': {
    breaks: ['LIF-5'],
    what: 'A send sets the onabort of its signal, and takes it from the send that had set it before.',
    make: around('watch', (engine, _base, job) => {
      const { signal } = job.options;
      const onabort = () => engine.interrupt(job);
      if (signal.aborted) onabort();
      else Object.assign(signal, { onabort });
    }),
  },
  'aborted-beforehand-throws-the-reason': {
    breaks: ['LIF-5'],
    what: 'A send whose signal has aborted fails with the reason of the signal, which says nothing.',
    make: around('send', async (_, base, message, options) => {
      options.signal.throwIfAborted();
      return base(message, options);
    }),
  },
  'aborted-beforehand-is-sent-later': {
    breaks: ['ORD-6', 'WIN-3'],
    also: {
      'WIN-10': SENT_IN_ITS_TURN['WIN-10'],
      'TXN-7': SENT_IN_ITS_TURN['TXN-7'],
      'LIF-6': 'its signal aborted after another send had ended',
    },
    what: 'A send whose signal has aborted fails, and stays in the queue.',
    make: around('watch', (engine, base, job) => {
      if (job.options.signal.aborted) engine.end(job, new Fault('interrupted'));
      else base(job);
    }),
  },
  'timers-of-sends-stay': {
    breaks: ['LIF-7'],
    what: 'The timer of a timed send runs on when its acknowledgement has come.',
    make: onlyIf('stopTimer', () => false),
  },
  'close-leaves-the-timers': {
    breaks: ['LIF-7'],
    what: 'Close fails the timed sends, and leaves their timers running.',
    make: onlyIf('stopTimer', ({ closed }) => !closed),
  },
  'heartbeat-outlives-close': {
    breaks: ['LIF-7'],
    what: 'A heartbeat that is started at the first send is never stopped.',
    make: around('accept', (engine, base, message, options) => {
      if (engine.count === 0) setInterval(() => {}, 30_000);
      return base(message, options);
    }),
  },
  'destination-by-its-beginning': {
    breaks: ['DST-3'],
    also: { 'DST-4': 'what passes the check waits for space' },
    what: 'A producer bound to one destination takes any that begins with its name for its own.',
    make: around('checkDestination', (engine, base, message) => {
      const { destination: bound } = engine.settings;
      const { destination } = message;
      if (bound === undefined || !destination?.startsWith(bound)) base(message);
    }),
  },
  'empty-destination-is-none': {
    breaks: ['DST-3'],
    also: { 'DST-4': 'what passes the check waits for space' },
    what: 'An empty name is taken for no destination, so that the producer sends to its own.',
    make: around('checkDestination', (_, base, message) => {
      const { destination, ...unnamed } = message;
      base(destination === '' ? unnamed : message);
    }),
  },
});
