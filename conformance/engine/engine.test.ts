import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Judge } from '../../spec/check.ts';
import { CATALOGUE, findRule } from '../../spec/catalogue.ts';
import { ACTIVEMQ_CLASSIC, STRICT } from '../../spec/model/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import type { ProducerAdapter } from '../adapter.ts';
import reference from '../adapters/reference.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { racyWindow } from '../fixtures/racy-window.ts';
import { CONFORMING_CLASSIC } from '../mutants/conforming/catalogue.ts';
import { renumbered } from '../cases/renumber.ts';
import { simplerScenarios } from '../cases/simplify.ts';
import type { Scenario } from '../cases/step.ts';
import { scenarios } from '../cases/scenarios.ts';
import { runCampaign } from './campaign.ts';
import { shrink } from './shrink.ts';

const time = installVirtualTime();
const WIN_1 = findRule('WIN-1') as Rule;

function benchOf(adapter: ProducerAdapter, profile = STRICT): InProcessHarness {
  return new InProcessHarness(adapter, profile, new VirtualSettler(time), () => time.reset());
}

async function historyOf(harness: InProcessHarness, scenario: Scenario) {
  return (await harness.run(scenario, new Judge(STRICT))).history;
}

describe('a campaign', () => {
  it('finds no fault in the reference, and exercises every rule', async () => {
    const plan = { rules: CATALOGUE, cases: 300, seed: 42 };
    const { results, failing } = await runCampaign(benchOf(reference), plan);
    expect([...failing.keys()]).toEqual([]);
    const open = results.filter(({ verdict }) => verdict === 'not-exercised').map(({ id }) => id);
    expect(open).toEqual([]);
  });

  it("does not accuse under activemq-classic a producer built like the notes' Java", async () => {
    const plan = { rules: CATALOGUE, cases: 150, seed: 42 };
    const producer = CONFORMING_CLASSIC.at(0)!;
    const classic = await runCampaign(benchOf(producer, ACTIVEMQ_CLASSIC), plan);
    expect([...classic.failing.keys()]).toEqual([]);
    const strict = await runCampaign(benchOf(producer), plan);
    expect([...strict.failing.keys()]).toEqual(expect.arrayContaining(['WIN-1', 'WIN-6', 'SYN-8']));
  });

  it('finds a check-then-act race one await wide in each of five seeds, shrunk to at most 4 steps', async () => {
    const harness = benchOf(racyWindow);
    for (let seed = 0; seed < 5; seed += 1) {
      let isFound = false;
      const { failing } = await runCampaign(harness, {
        rules: CATALOGUE,
        cases: 1_000,
        seed,
        isWanted: () => !isFound,
        onFinding: ({ rule }) => (isFound ||= rule === 'WIN-1'),
      });
      const found = failing.get('WIN-1');
      expect(found, `seed ${seed}`).toBeDefined();
      if (!found) continue;
      const shrunk = await shrink(harness, found.scenario, WIN_1, CATALOGUE, { ms: 10_000 });
      expect((shrunk?.scenario.length ?? 99) - 1, `seed ${seed}`).toBeLessThanOrEqual(4);
      expect(shrunk?.breach.why).toMatch(
        /with m\d admitted, \d+ bytes are unanswered, the limit is/,
      );
    }
  });

  it('draws the same scenarios from the same seed, whatever the subject', () => {
    const scope = benchOf(reference).scope;
    const draw = (seed: number) => fc.sample(scenarios(scope), { seed, numRuns: 60 });
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});

describe('a replay', () => {
  it('gives the same history from the same scenario, thirty times', async () => {
    const harness = benchOf(reference);
    for (const scenario of fc.sample(scenarios(harness.scope), { seed: 11, numRuns: 3 })) {
      const first = JSON.stringify(await historyOf(harness, scenario));
      for (let run = 0; run < 30; run += 1) {
        expect(JSON.stringify(await historyOf(harness, scenario))).toBe(first);
      }
    }
  });

  it('gives the same history for each of many scenarios, run twice', async () => {
    const harness = benchOf(reference);
    await fc.assert(
      fc.asyncProperty(scenarios(harness.scope), async (scenario) => {
        expect(await historyOf(harness, scenario)).toEqual(await historyOf(harness, scenario));
      }),
      { numRuns: 60 },
    );
  });
});

describe('shrinking', () => {
  it('offers scenarios that are shorter, or as long and plainer, and so ends', () => {
    fc.assert(
      fc.property(scenarios(), (scenario) => {
        let current: Scenario = scenario;
        for (let steps = 0; steps < 2_000; steps += 1) {
          const next = simplerScenarios(current).next();
          if (next.done) return true;
          current = next.value;
          expect(current[0]?.do).toBe('open');
        }
        return false;
      }),
      { numRuns: 25 },
    );
  });

  it('renumbers messages in order of appearance, nested ones included', () => {
    const open = {
      do: 'open',
      settings: { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 },
      pause: 'none',
    } as const;
    const nested = { id: 'm7', size: 0, mode: 'persistent' } as const;
    const scenario: Scenario = [
      open,
      {
        do: 'send',
        id: 'm4',
        size: 1,
        mode: 'persistent',
        completion: true,
        nested,
        pause: 'none',
      },
      { do: 'ack', id: 'm7', pause: 'settle' },
      { do: 'interrupt', id: 'm4', pause: 'settle' },
    ];
    expect(renumbered(scenario).slice(1)).toMatchObject([
      { id: 'm1', nested: { id: 'm2' } },
      { id: 'm2' },
      { id: 'm1' },
    ]);
  });
});
