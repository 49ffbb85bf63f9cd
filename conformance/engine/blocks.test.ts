import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { STRICT } from '../../spec/model/profile.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { racyWindow } from '../fixtures/racy-window.ts';
import { BLOCK_CASES, blocksOf, casesBegun, type Share } from './blocks.ts';
import { runCampaign } from './campaign.ts';
import { mergeResults } from '../report/merge.ts';

const time = installVirtualTime();

function shares(of: number): Share[] {
  return Array.from({ length: of }, (_, at) => ({ index: at + 1, of }));
}

describe('blocks', () => {
  it('hold each case once, and the last one what is left over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer(), (cases, seed) => {
        let next = 0;
        for (const block of blocksOf({ cases, seed })) {
          expect(block.first).toBe(next);
          expect(block.cases).toBeLessThanOrEqual(BLOCK_CASES);
          next += block.cases;
        }
        expect(next).toBe(cases);
      }),
    );
  });

  it('are each in one share, whatever the number of shares, and of shares of shares', () => {
    const count = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        count,
        count,
        (cases, machines, processes) => {
          const plan = { cases, seed: 1 };
          const all = shares(machines).flatMap((machine) =>
            shares(processes).flatMap((process) => [...blocksOf(plan, [machine, process])]),
          );
          expect(all.toSorted((a, b) => a.first - b.first)).toEqual([...blocksOf(plan)]);
        },
      ),
    );
  });

  it('tell how many of their cases have begun', () => {
    const count = fc.integer({ min: 1, max: 5 });
    const last = fc.integer({ min: -1, max: 1_100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), count, last, (cases, machines, at) => {
        for (const share of shares(machines)) {
          const numbers = Array.from(blocksOf({ cases, seed: 1 }, [share]), (block) =>
            Array.from({ length: block.cases }, (_, number) => block.first + number),
          ).flat();
          const begun = numbers.filter((number) => number <= at).length;
          expect(casesBegun({ cases }, [share], at)).toBe(begun);
        }
      }),
    );
  });

  it('have seeds of their own: none returns under neighbouring seeds', () => {
    const seeds = [0, 1, 2, 3, -1].flatMap((seed) =>
      Array.from(blocksOf({ cases: 10_000, seed }), (block) => block.seed),
    );
    expect(new Set(seeds).size).toBe(seeds.length);
  });
});

describe('a campaign in shares', () => {
  it('runs the very cases of one campaign, and comes to the same results', async () => {
    const harness = new InProcessHarness(racyWindow, STRICT, new VirtualSettler(time), () =>
      time.reset(),
    );
    const plan = { rules: CATALOGUE, cases: 260, seed: 3 };
    const begun: number[] = [];
    const onCase = (number: number) => void begun.push(number);
    const whole = await runCampaign(harness, plan);
    const parts = [];
    for (const share of shares(3))
      parts.push(await runCampaign(harness, { ...plan, shares: [share], onCase }));
    expect(begun.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 260 }, (_, at) => at));
    const results = mergeResults(parts.map((part) => part.results));
    const plain = (all: typeof results) =>
      all.map(({ id, verdict, exercised }) => ({ id, verdict, exercised }));
    expect(plain(results)).toEqual(plain([...whole.results]));
    expect(whole.failing.size).toBeGreaterThan(0);
    for (const [id, finding] of whole.failing) {
      const cases = parts.flatMap((part) => part.failing.get(id)?.case ?? []);
      expect(Math.min(...cases), id).toBe(finding.case);
    }
  });
});
