// Each case breaks a rule by the judge alone that has nothing to do with what is wrong; the control experiment
// finds that out, and says what is wrong instead.
import { describe, expect, it } from 'vitest';
import { Judge } from '../../spec/check.ts';
import { CATALOGUE, findRule } from '../../spec/catalogue.ts';
import { STRICT } from '../../spec/model/profile.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { MUTANTS } from '../mutants/catalogue.ts';
import { Engine } from '../mutants/engine.ts';
import { adapterOf } from '../mutants/mutant.ts';
import type { Pause, SendStep, Step, Scenario } from '../cases/step.ts';
import { Findings } from './findings.ts';

const time = installVirtualTime();

const PLAIN = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
const open = (settings: Partial<ProducerSettings>): Step => ({
  do: 'open',
  settings: { ...PLAIN, destination: 'tck', ...settings },
  pause: 'none',
});
const async = (id: string, size: number, more: Partial<SendStep> = {}): Step => ({
  do: 'send',
  id,
  size,
  mode: 'non-persistent',
  pause: 'settle',
  ...more,
});
const sync = (id: string, size: number, more: Partial<SendStep> = {}) =>
  async(id, size, { mode: 'persistent', ...more });
const calling = (id: string, size: number, nested: SendStep['nested']) =>
  sync(id, size, nested && { nested });
const ack = (id: string, pause: Pause = 'settle'): Step => ({ do: 'ack', id, pause });
const refuse = (id: string, pause: Pause = 'settle'): Step => ({ do: 'refuse', id, pause });
const interrupt = (id: string): Step => ({ do: 'interrupt', id, pause: 'settle' });
const advance = (ms: number, pause: Pause = 'settle'): Step => ({ do: 'advance', ms, pause });
const lose: Step = { do: 'lose', pause: 'settle' };
const begin: Step = { do: 'begin', pause: 'settle' };

function benchOf(id: string): InProcessHarness {
  const mutant = MUTANTS.find((one) => one.id === id);
  if (!mutant) throw new Error(`there is no mutant ${id}`);
  const adapter = adapterOf(id, mutant.make(Engine));
  return new InProcessHarness(adapter, STRICT, new VirtualSettler(time), () => time.reset());
}

async function rulesNamed(
  harness: InProcessHarness,
  scenario: Scenario,
  rules: readonly Rule[] = CATALOGUE,
) {
  const judge = new Judge(STRICT, rules);
  const findings = new Findings(harness, judge);
  const record = await harness.run(scenario, judge);
  const atFirst = record.breaches.map(({ rule }) => rule);
  await findings.take(scenario, record, 0);
  const violated = judge.results().filter(({ verdict }) => verdict === 'violated');
  expect(violated.map(({ id }) => id).toSorted()).toEqual([...findings.byRule.keys()].toSorted());
  return { atFirst, named: [...findings.byRule.keys()] };
}

const SEVEN = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'];

const CASES: readonly [mutant: string, not: RuleId, instead: RuleId, scenario: Scenario][] = [
  [
    'gives-up-waiting',
    'CMP-5',
    'SND-1',
    [
      open({ windowSize: 1 }),
      calling('m1', 0, { id: 'm2', size: 0, mode: 'persistent' }),
      ack('m1', 'none'),
      async('m3', 1),
      advance(39),
    ],
  ],
  [
    'no-bytes-never-go',
    'CMP-5',
    'WIN-3',
    [
      open({ windowSize: 1 }),
      calling('m1', 1, { id: 'm2', size: 0, mode: 'non-persistent' }),
      ack('m1', 'none'),
      interrupt('m2'),
    ],
  ],
  [
    'refusal-wakes-nobody',
    'CMP-5',
    'WIN-3',
    [
      open({ windowSize: 100 }),
      async('m1', 1),
      calling('m2', 0, { id: 'm3', size: 7, mode: 'persistent' }),
      async('m4', 93),
      { ...begin, pause: 'none' },
      ack('m2', 'none'),
      refuse('m1'),
    ],
  ],
  [
    'mosquitto-usually-decremented',
    'WIN-9',
    'WIN-4',
    [
      open({ windowSize: 10 }),
      ...SEVEN.map((id) => async(id, 1)),
      ...SEVEN.slice(0, 6).map((id) => ack(id)),
      refuse('m7'),
    ],
  ],
  [
    'refusal-poisons-the-producer',
    'WIN-2',
    'SND-1',
    [open({ windowSize: 2 }), async('m1', 0), async('m2', 2), refuse('m1'), async('m3', 1)],
  ],
  [
    'gives-up-waiting',
    'WIN-5',
    'SND-1',
    [open({ windowSize: 1 }), async('m1', 1), sync('m2', 0), async('m3', 0), advance(39)],
  ],
  [
    'burst-is-swapped',
    'WIN-5',
    'ORD-2',
    [open({ windowSize: 1 }), async('m1', 1), sync('m2', 0), sync('m3', 0), ack('m1')],
  ],
  [
    'ignores-always-sync-send',
    'SYN-3',
    'SYN-2',
    [open({ alwaysSyncSend: true }), async('m1', 0, { responseRequired: true })],
  ],
  [
    'rabbot-resolves-although-the-connection-is-gone',
    'SYN-5',
    'ERR-2',
    [open({}), sync('m1', 0), refuse('m1', 'none'), lose],
  ],
  [
    'gives-up-waiting',
    'SYN-6',
    'SND-1',
    [
      open({ windowSize: 1, sendTimeoutMs: 30_000 }),
      sync('m1', 1, { completion: true }),
      sync('m2', 0),
      advance(30_000),
    ],
  ],
  [
    'four-in-flight-by-default',
    'SYN-8',
    'WIN-8',
    [
      open({}),
      sync('m1', 0),
      async('m2', 1),
      async('m3', 0),
      async('m4', 0),
      async('m5', 0),
      async('m6', 0),
    ],
  ],
  [
    'sync-returns-when-written',
    'ERR-2',
    'SYN-1',
    [open({}), sync('m1', 0, { pause: 'none' }), lose],
  ],
  [
    'timeout-comes-early',
    'LIF-5',
    'SYN-6',
    [open({ sendTimeoutMs: 10 }), sync('m1', 0), advance(8, 'none'), interrupt('m1')],
  ],
];

describe('a control experiment', () => {
  it.each(CASES)('of %s does not name %s but %s', async (mutant, not, instead, scenario) => {
    const { atFirst, named } = await rulesNamed(benchOf(mutant), scenario);
    expect(atFirst).toContain(not);
    expect(named).not.toContain(not);
    expect(named).toContain(instead);
  });

  it('leaves a rule alone that is to blame, beside what it explains', async () => {
    const scenario = [open({ windowSize: 10 }), async('m1', 4), refuse('m1')];
    const { named } = await rulesNamed(benchOf('pulsar-failed-send-keeps-its-permit'), scenario);
    expect(named).toEqual(['WIN-4', 'WIN-9']);
  });

  it('is judged by all rules, whichever were chosen', async () => {
    for (const [mutant, not, , scenario] of CASES) {
      const { named } = await rulesNamed(benchOf(mutant), scenario, [findRule(not) as Rule]);
      expect(named, mutant).toEqual([]);
    }
  });
});
