// Mutants of the producers that other profiles allow, by the profile: what the profile chooses is done wrong.
import type { ProfileName } from '../../../spec/model/profile.ts';
import { around, checkThenAct, onlyIf } from '../builds.ts';
import { Fault } from '../calls.ts';
import type { EngineClass } from '../engine.ts';
import {
  because,
  type Mutant,
  mutants,
  SPACE_IS_FREED,
  SPACE_IS_MISSING,
  SYNC_GOES_OUT,
} from '../mutant.ts';
import type { JakartaEngine } from './jakarta.ts';

const FAILS_THOUGH_IT_FITS = because('what was leaked makes others fail', 'WIN-14', 'SND-1');

/** Those of one profile. */
function of(
  profile: ProfileName,
  byId: Parameters<typeof mutants>[0],
): readonly (Mutant & { readonly profile: ProfileName })[] {
  return mutants(byId).map((mutant) => ({ ...mutant, profile }));
}

export const PROFILE_MUTANTS: readonly Mutant[] = [
  ...of('messages', {
    'permits-are-bytes': {
      breaks: ['WIN-3', 'WIN-4', 'SND-1'],
      also: { 'WIN-1': 'empty messages take nothing', ...SYNC_GOES_OUT },
      what: 'The window is taken for a number of bytes.',
      make: around('sizeOf', (_, __, { message }) => message.size),
    },
    'empty-message-takes-no-permit': {
      breaks: ['WIN-4', 'WIN-1'],
      also: SYNC_GOES_OUT,
      what: 'A message without a body takes no permit.',
      make: around('sizeOf', (_, base, job) => (job.message.size === 0 ? 0 : base(job))),
    },
    'refused-message-keeps-its-permit': {
      breaks: ['WIN-9'],
      also: SPACE_IS_MISSING,
      what: 'Only acknowledgements give a permit back.',
      make: onlyIf('release', (_, __, error) => !error),
    },
    'permit-is-taken-late': {
      breaks: ['WIN-1'],
      also: SYNC_GOES_OUT,
      what: 'Between the look for a permit and the taking of it lies an await.',
      make: checkThenAct(1),
    },
  }),
  ...of('kafka', {
    'sync-sends-take-no-buffer': {
      breaks: ['WIN-1'],
      also: { 'WIN-4': 'the figure shows it' },
      what: 'A send that waits for its answer takes no space in the buffer.',
      make: around('charge', (engine, base, job) => {
        if (engine.returnsAtOnce(job)) base(job);
      }),
    },
    'refused-sync-send-keeps-its-buffer': {
      breaks: ['WIN-9'],
      also: SPACE_IS_MISSING,
      what: 'A refused send whose caller waited keeps its space in the buffer.',
      make: onlyIf('release', (engine, job, error) => !error || engine.returnsAtOnce(job)),
    },
    'given-up-and-answered-frees-twice': {
      breaks: ['WIN-11', 'LIF-5', 'WIN-1'],
      also: { ...SPACE_IS_FREED, ...because('a late answer is what shows it', 'SYN-7') },
      what: 'A send that is given up frees its space, and its answer frees it once more.',
      make: around('withdraw', (engine, base, job, error) => {
        const held = job.ended ? 0 : job.held;
        base(job, error);
        if (job.state !== 'written' || engine.returnsAtOnce(job)) return;
        engine.usage -= held;
        engine.pump();
      }),
    },
  }),
  ...of('fail-fast', {
    'full-window-waits': {
      breaks: ['WIN-14'],
      what: 'A send that does not fit waits after all.',
      make: around('enqueue', (engine, _, job) => {
        engine.queue.push(job);
        engine.pump();
      }),
    },
    'brim-is-full': {
      breaks: ['WIN-14', 'WIN-3'],
      also: FAILS_THOUGH_IT_FITS,
      what: 'A message that fills the window to the brim is taken not to fit.',
      make: around(
        'fits',
        (engine, base, job) =>
          base(job) && (!engine.isCharged(job) || engine.usage + engine.sizeOf(job) < engine.limit),
      ),
    },
    'full-window-keeps-what-failed': {
      breaks: ['WIN-14', 'WIN-4'],
      also: FAILS_THOUGH_IT_FITS,
      what: 'A send that failed at a full window is counted as in flight.',
      make: around('enqueue', (engine, base, job) => {
        const isFull = !engine.fits(job);
        base(job);
        if (isFull && engine.isCharged(job)) engine.usage += engine.sizeOf(job);
      }),
    },
    'refusal-leaves-less-room': {
      breaks: ['WIN-9'],
      also: { 'WIN-4': 'the figure shows it', ...FAILS_THOUGH_IT_FITS },
      what: 'A refused message keeps its space, so that later sends fail.',
      make: onlyIf('release', (_, __, error) => !error),
    },
  }),
  ...of('jakarta', {
    'close-awaits-no-callback': {
      breaks: ['LIF-8'],
      what: 'Close returns at once, and callbacks fire later.',
      make: jakarta('awaitCallbacks', async () => {}),
    },
    'callbacks-by-answer': {
      breaks: ['CMP-7'],
      what: 'Callbacks fire in the order of the answers.',
      make: jakarta('fireInOrder', (engine, base) => {
        for (const job of engine.outcomes.keys()) {
          engine.line.delete(job);
          engine.line.add(job);
        }
        const rest = [...engine.line].filter((job) => !engine.outcomes.has(job));
        for (const job of rest) engine.line.delete(job);
        base();
        for (const job of rest) engine.line.add(job);
      }),
    },
    'callback-beside-the-throw': {
      breaks: ['CMP-1'],
      what: 'A send that does not fit the window fails, and its callback is told as well.',
      make: around('refuseTooLarge', (_, base, job) => {
        base(job);
        queueMicrotask(() => job.options.onComplete?.(new Fault('too-large')));
      }),
    },
    'failure-is-told-nobody': {
      breaks: ['CMP-1', 'WIN-6'],
      what: 'A send with a callback that is larger than the window returns, and nobody is told.',
      make: around('refuseTooLarge', (engine, base, job) => {
        if (job.options.onComplete) engine.end(job);
        else base(job);
      }),
    },
  }),
];

/** Another mind in one method of the Jakarta engine. */
function jakarta<Name extends 'awaitCallbacks' | 'fireInOrder'>(
  name: Name,
  deviate: (
    engine: JakartaEngine,
    base: () => ReturnType<JakartaEngine[Name]>,
  ) => ReturnType<JakartaEngine[Name]>,
) {
  return (Producer: EngineClass): EngineClass => {
    const methods = Producer.prototype as Record<Name, () => ReturnType<JakartaEngine[Name]>>;
    const Deviating = class extends Producer {};
    Object.defineProperty(Deviating.prototype, name, {
      value(this: JakartaEngine) {
        return deviate(this, () => Reflect.apply(methods[name], this, []));
      },
    });
    return Deviating;
  };
}
