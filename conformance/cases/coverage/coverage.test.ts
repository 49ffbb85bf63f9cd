import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIVEMQ_CLASSIC, STRICT } from '../../../spec/model/profile.ts';
import { CAPABILITIES, type Capability } from '../../../spec/events/settings.ts';
import { FULL_SCOPE, type ScenarioScope } from '../scope.ts';
import { drawScenario, scenarios } from '../scenarios.ts';
import { Coverage, transitionText } from './transition.ts';
import { exploredWithin } from './explore.ts';
import { reachableWithin } from './reachable.ts';

const GATE: ScenarioScope = { ...FULL_SCOPE, answers: 'gate', realTime: true };

/** What so many scenarios lead through. */
function coveredBy(scope: ScenarioScope, count: number, seed = 1): number[] {
  const coverage = new Coverage();
  fc.sample(scenarios(scope, coverage), { numRuns: count, seed });
  return [...coverage.transitions];
}

function unforeseen(scope: ScenarioScope): string[] {
  const reachable = new Set(reachableWithin(scope));
  return coveredBy(scope, 200)
    .filter((one) => !reachable.has(one))
    .map(transitionText);
}

describe('what is reachable', () => {
  it.each([STRICT, ACTIVEMQ_CLASSIC])(
    'holds all that scenarios lead through, by profile $name',
    (profile) => {
      for (const scope of [FULL_SCOPE, GATE]) expect(unforeseen({ ...scope, profile })).toEqual([]);
    },
  );

  it('lacks little of what scenarios with cuts lead through, and is given that', () => {
    const scope = { ...GATE, reconnects: true };
    const alone = reachableWithin(scope).length;
    const covered = coveredBy(scope, 300);
    const together = reachableWithin(scope, covered);
    expect(together).toEqual(expect.arrayContaining(covered));
    expect(together.length).toBeLessThan(alone * 1.02);
  });

  it.each(CAPABILITIES)(
    'holds all that scenarios lead through without the capability %s',
    (without) => {
      const supports = CAPABILITIES.filter((one) => one !== without);
      expect(unforeseen({ ...FULL_SCOPE, supports })).toEqual([]);
    },
  );

  // With all capabilities it takes a minute: `npm run coverage` does it, and table.ts must be left as it was.
  it('is what exploring the specification finds for a producer with few capabilities', () => {
    for (const supports of [[], ['window'], ['interrupt', 'timeout']] as Capability[][]) {
      const scope = { ...FULL_SCOPE, supports };
      const explored = exploredWithin(scope);
      expect(new Set(reachableWithin(scope))).toEqual(explored);
    }
  });

  it('is told in words that differ', () => {
    const all = reachableWithin(FULL_SCOPE).map(transitionText);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the searches', () => {
  const covered = (search: ScenarioScope['search'], count: number) =>
    coveredBy({ ...FULL_SCOPE, search: search! }, count).length;

  it('cover more by steering than by the weights, and more by these than by uniform choice', () => {
    expect(covered('steered', 100)).toBeGreaterThan(covered('weighted', 100));
    expect(covered('weighted', 100)).toBeGreaterThan(covered('uniform', 100));
  });

  it('cover most of everything in a few hundred cases', () => {
    const reachable = reachableWithin(FULL_SCOPE).length;
    // Other seeds than this one give from 0.69 to 0.73.
    expect(covered('mixed', 600) / reachable).toBeGreaterThan(2 / 3);
  });

  it('by priorities end, also where the possible moves are few', () => {
    const scope: ScenarioScope = { ...FULL_SCOPE, supports: [], search: 'priorities' };
    expect(fc.sample(scenarios(scope), { numRuns: 100, seed: 3 })).toHaveLength(100);
  });

  it('keep to the number of steps that a scope allows, be it ever so small', () => {
    for (const maxSteps of [1, 2, 3, 7]) {
      const lengths = fc
        .sample(scenarios({ maxSteps }), 200)
        .map((scenario) => scenario.length - 1);
      expect(Math.min(...lengths)).toBeGreaterThan(0);
      expect(Math.max(...lengths)).toBe(maxSteps);
    }
  });

  it('give the same scenario for the same choices and the same coverage', () => {
    const draw = () => {
      let state = 7;
      const choose = (min: number, max: number) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return min + Math.floor((state / 2 ** 32) * (max - min + 1));
      };
      const coverage = new Coverage();
      const scope: ScenarioScope = { ...FULL_SCOPE, profile: STRICT, search: 'steered' };
      return Array.from({ length: 20 }, () => drawScenario(choose, scope, coverage));
    };
    expect(draw()).toEqual(draw());
  });
});
