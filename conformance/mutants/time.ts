// Mutants of time: timeouts that are off by little, and messages whose time to live runs out while they wait. The
// producer leaves expiry to the broker: a message that waits for space goes out, however long that takes.
import { around, type Build, onlyIf } from './builds.ts';
import { Fault, type Job, openJobs } from './calls.ts';
import { because, mutants, NEVER_CALLED_BACK } from './mutant.ts';
import type { Engine } from './engine.ts';

export const TIME_MUTANTS = mutants({
  'timeout-is-ignored': {
    breaks: ['SYN-6'],
    what: 'sendTimeoutMs makes a send block, but never ends it.',
    make: around('startTimer', () => {}),
  },
  'timeout-comes-early': {
    breaks: ['SYN-6'],
    also: { 'WIN-5': 'what stood behind it goes out before its time' },
    what: 'A timed send fails a millisecond before its timeout.',
    make: around('startTimer', (_, base, job, ms) => base(job, ms - 1)),
  },
  'timeout-comes-late': {
    breaks: ['SYN-6'],
    what: 'A timed send fails two milliseconds after its timeout.',
    make: around('startTimer', (_, base, job, ms) => base(job, ms + 2)),
  },
  'timeout-takes-twice-as-long': {
    breaks: ['SYN-6'],
    what: 'A timed send fails after twice its timeout.',
    make: around('startTimer', (_, base, job, ms) => base(job, ms * 2)),
  },
  'returns-at-its-timeout': {
    breaks: ['SYN-6'],
    what: 'At its timeout a send returns as if it had been acked.',
    make: around('timeOut', (engine, base, job) => {
      if (job.state === 'written') engine.end(job);
      else base(job);
    }),
  },
  'answers-restart-the-timeout': {
    breaks: ['SYN-6'],
    what: 'Every answer to another message starts all timeouts anew.',
    make: around('answered', (engine, base, job, error) => {
      base(job, error);
      for (const timed of openJobs(engine, 'timed')) {
        engine.stopTimer(timed);
        engine.startTimer(timed, engine.settings.sendTimeoutMs);
      }
    }),
  },
  'one-timer-for-all': {
    breaks: ['SYN-6'],
    what: 'While a timed send is open, the next one gets no timeout.',
    make: onlyIf('startTimer', (engine) => openJobs(engine, 'timed').length === 1),
  },
  'sends-restart-the-timeout': {
    breaks: ['SYN-6'],
    what: 'Every further send starts the timeouts of those before it anew: one timer serves all.',
    make: around('startTimer', (engine, base, _job, ms) => {
      for (const timed of openJobs(engine, 'timed')) {
        engine.stopTimer(timed);
        base(timed, ms);
      }
    }),
  },
  'expired-while-waiting-is-dropped': {
    breaks: ['ORD-4'],
    also: {
      ...because('it returns without its ack', 'SYN-1', 'SYN-2', 'SYN-3', 'SYN-6', 'WIN-2'),
      ...NEVER_CALLED_BACK,
    },
    what: 'A message that expires while it waits is dropped, and its send returns.',
    make: whenExpired((engine, job) => engine.end(job)),
  },
  'expired-while-waiting-is-forgotten': {
    breaks: ['WIN-3'],
    also: because('it waits for nothing', 'WIN-8', 'SYN-8', 'TXN-4', 'ERR-1', 'LIF-2', 'WIN-10'),
    what: 'A message that expires while it waits is dropped, and nobody tells its sender.',
    make: whenExpired(() => {}),
  },
  'expired-while-waiting-fails': {
    breaks: ['SND-1'],
    also: { 'SYN-6': 'it fails before its timeout', 'LIF-5': 'it was to fail for an interrupt' },
    what: 'A send whose message has expired when its turn comes fails, although no timeout was asked for.',
    make: whenExpired((engine, job) => engine.end(job, new Fault('timeout', 'expired'))),
  },
  'time-to-live-runs-while-it-waits': {
    breaks: ['ORD-5'],
    what: 'A message goes out with what the wait for space has left of its time to live.',
    make: around('packetOf', (_, base, job) => {
      const packet = base(job);
      const { timeToLiveMs } = job.message;
      if (packet.type !== 'message' || timeToLiveMs === 0) return packet;
      const leftMs = Math.max(1, timeToLiveMs - livedMs(job));
      return { ...packet, message: { ...packet.message, timeToLiveMs: leftMs } };
    }),
  },
});

/** What becomes of a message that has expired when it is admitted, instead of going out. */
function whenExpired(end: (engine: Engine, job: Job) => void): Build {
  return around('admit', (engine, base, job) => {
    const { timeToLiveMs } = job.message;
    if (timeToLiveMs === 0 || livedMs(job) <= timeToLiveMs) return base(job);
    job.state = 'done';
    end(engine, job);
  });
}

function livedMs({ madeAtMs }: Job): number {
  return Date.now() - madeAtMs;
}
