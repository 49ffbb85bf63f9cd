import { beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../spec/catalogue.ts';
import { Judge } from '../../../spec/check.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import { STRICT } from '../../../spec/model/profile.ts';
import { defineAdapter, type ProducerAdapter } from '../../adapter.ts';
import reference from '../../adapters/reference.ts';
import { AdapterFault } from '../../harness/harness.ts';
import { InProcessHarness } from '../../harness/in-process/in-process.ts';
import { VirtualSettler } from '../../harness/in-process/settle.ts';
import { installVirtualTime, type Time } from '../../harness/in-process/virtual-time.ts';
import { racyWindow } from '../../fixtures/racy-window.ts';
import { enabledSteps } from '../enabled.ts';
import type { Step } from '../step.ts';
import { exhaust, type ExhaustivePlan } from './exhaust.ts';
import { defaultScope, repertoireOf, settingsWithin, type SmallScope } from './small-scope.ts';

let time: Time;
beforeAll(() => {
  time = installVirtualTime();
});

function harnessOf(adapter: ProducerAdapter): InProcessHarness {
  return new InProcessHarness(adapter, STRICT, new VirtualSettler(time), () => time.reset());
}

function walk(adapter: ProducerAdapter, plan: Omit<ExhaustivePlan, 'rules'>) {
  return exhaust(harnessOf(adapter), { rules: CATALOGUE, ...plan });
}

const TWO_KINDS: SmallScope = {
  windowSize: 2,
  sizes: [1],
  kinds: ['async', 'sync'],
  operations: [],
  pauses: ['settle'],
};

describe('an exhaustive run', () => {
  test('of the reference breaks no rule, and says so of every scenario within its bound', async () => {
    const { failing, exhausted, results } = await walk(reference, { depth: 2 });
    expect([...failing.keys()]).toEqual([]);
    expect(exhausted).toMatchObject({ complete: true, depth: 2 });
    expect(exhausted.scope).toEqual(defaultScope(reference.supports));
    expect(results.find(({ id }) => id === 'WIN-1')?.verdict).toBe('satisfied');
  });

  test('runs each scenario once: as many as are found by running every beginning by itself', async () => {
    const scope: SmallScope = {
      ...TWO_KINDS,
      pauses: ['none', 'settle'],
      operations: ['interrupt'],
    };
    const harness = harnessOf(reference);

    async function countFrom(steps: readonly Step[], sent: number): Promise<number> {
      const open: Step = { do: 'open', settings: settingsWithin(scope), pause: 'none' };
      const judge = new Judge(STRICT);
      let choices: Step[] = [];
      const lookingOn = function* () {
        yield open;
        yield* steps;
        const ids = ['m1', 'm2', 'm3'].slice(0, sent);
        const enabled = enabledSteps(repertoireOf(scope), judge.ledger as Ledger, ids);
        choices = enabled.flatMap((step) => scope.pauses.map((pause) => ({ ...step, pause })));
      };
      const interrupts = ['m1', 'm2', 'm3'].map(
        (id) => ({ do: 'interrupt', id, pause: 'none' }) as const,
      );
      await harness.runSteps([open, ...interrupts], lookingOn(), judge);
      let scenarios = steps.at(-1)?.pause === 'settle' ? 1 : 0;
      if (steps.length === 3) return scenarios;
      for (const step of choices) {
        const isSend = step.do === 'send' ? 1 : 0;
        scenarios += await countFrom([...steps, step], sent + isSend);
      }
      return scenarios;
    }

    const { exhausted } = await walk(reference, { depth: 3, scope });
    expect(exhausted.scenarios).toBe(await countFrom([], 0));
  });

  test('finds a race one await wide by its shortest scenario', async () => {
    const { failing, exhausted } = await walk(racyWindow, { depth: 3 });
    expect(exhausted.complete).toBe(true);
    const steps = failing.get('WIN-1')?.scenario.slice(1);
    expect(steps).toMatchObject([
      { do: 'send', mode: 'non-persistent', pause: 'none' },
      { do: 'send', mode: 'non-persistent', pause: 'settle' },
    ]);
  });

  test('stops at the scenario that was looked for', async () => {
    const { exhausted, failing } = await walk(racyWindow, { depth: 3, until: 'WIN-1' });
    expect(exhausted.complete).toBe(false);
    expect(failing.has('WIN-1')).toBe(true);
  });

  test('stops when its time is up, and claims no more than it ran', async () => {
    const { exhausted } = await walk(reference, { depth: 12, budgetMs: 50 });
    expect(exhausted.complete).toBe(false);
    expect(exhausted.runs).toBeGreaterThan(0);
  });

  test('tells a subject that does not repeat itself from one that conforms', async () => {
    let calls = 0;
    const moody = defineAdapter({
      name: 'moody',
      supports: [],
      open: ({ broker }) => ({
        async send(message) {
          calls += 1;
          if (calls % 7 === 0) throw new Error('not today');
          await broker.receive({ type: 'message', message });
        },
        async close() {},
      }),
    });
    const scope: SmallScope = { ...TWO_KINDS, windowSize: 0, kinds: ['sync'] };
    const run = walk(moody, { depth: 6, scope });
    await expect(run).rejects.toThrow(/did not repeat the beginning/);
    await expect(run).rejects.toBeInstanceOf(AdapterFault);
  });

  test('refuses a scope that asks for more than the adapter claims', async () => {
    const run = walk(racyWindow, { depth: 1, scope: { ...TWO_KINDS, operations: ['lose'] } });
    await expect(run).rejects.toThrow('needs the capability "connection-loss"');
  });
});

describe('senders', () => {
  const scope: SmallScope = { ...TWO_KINDS, senders: { count: 2, messages: 2 } };

  test('are told apart by no scenario, but every interleaving of theirs is counted', async () => {
    const { exhausted, failing } = await walk(reference, { depth: 8, scope });
    expect([...failing.keys()]).toEqual([]);
    expect(exhausted.complete).toBe(true);
    expect(exhausted.interleavings).toBe(countInterleavings([2, 2]));
    expect(exhausted.runs).toBeLessThan(countInterleavings([2, 2]) / 2);
  });

  test('send one message after another', async () => {
    const alone = { ...scope, kinds: ['sync'] as const, senders: { count: 1, messages: 3 } };
    const { exhausted } = await walk(reference, { depth: 6, scope: alone });
    expect(exhausted).toMatchObject({ runs: 1, scenarios: 6, interleavings: 1 });
  });
});

/** Ways of two kinds of message through a window of two, counted on paper: no ledger, no producer. */
function countInterleavings(left: readonly number[]): number {
  interface State {
    readonly left: readonly number[];
    readonly busy: readonly boolean[];
    readonly queue: readonly (readonly [kind: 'async' | 'sync', sender: number])[];
    readonly unanswered: readonly (readonly [kind: 'async' | 'sync', sender: number])[];
  }
  const admit = (state: State): State => {
    const [first, ...queue] = state.queue;
    const used = state.unanswered.filter(([kind]) => kind === 'async').length;
    if (!first || used >= 2) return state;
    const [kind, sender] = first;
    const busy = state.busy.map((is, at) => (at === sender && kind === 'async' ? false : is));
    return admit({ ...state, queue, busy, unanswered: [...state.unanswered, first] });
  };
  const count = (state: State): number => {
    const next: State[] = [];
    state.left.forEach((messages, sender) => {
      if (messages === 0 || state.busy[sender]) return;
      for (const kind of ['async', 'sync'] as const) {
        next.push({
          ...state,
          left: state.left.with(sender, messages - 1),
          busy: state.busy.with(sender, true),
          queue: [...state.queue, [kind, sender]],
        });
      }
    });
    state.unanswered.forEach(([kind, sender], at) => {
      const busy = kind === 'sync' ? state.busy.with(sender, false) : state.busy;
      next.push({ ...state, busy, unanswered: state.unanswered.toSpliced(at, 1) });
    });
    if (next.length === 0) return 1;
    return next.reduce((sum, one) => sum + count(admit(one)), 0);
  };
  return count({ left, busy: left.map(() => false), queue: [], unanswered: [] });
}
