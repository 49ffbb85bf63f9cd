// Scenarios as a fast-check arbitrary, for the kit's own runs and for anybody's `fc.assert`.
import fc from 'fast-check';
import type { Coverage } from './coverage/coverage.ts';
import { generateScenario } from './generate.ts';
import { FULL_SCOPE, type ScenarioScope } from './scope.ts';
import { simplerScenarios } from './simplify.ts';
import type { Scenario } from './step.ts';

class ScenarioArbitrary extends fc.Arbitrary<Scenario> {
  readonly #scope: ScenarioScope;
  readonly #coverage: Coverage | undefined;

  constructor(scope: ScenarioScope, coverage: Coverage | undefined) {
    super();
    this.#scope = scope;
    this.#coverage = coverage;
  }

  override generate(random: fc.Random): fc.Value<Scenario> {
    return new fc.Value(
      generateScenario((min, max) => random.nextInt(min, max), this.#scope, this.#coverage),
      undefined,
    );
  }

  override canShrinkWithoutContext(value: unknown): value is Scenario {
    return Array.isArray(value) && (value[0] as { do?: unknown } | undefined)?.do === 'open';
  }

  override shrink(scenario: Scenario): fc.Stream<fc.Value<Scenario>> {
    return fc.stream(simplerScenarios(scenario)).map((simpler) => new fc.Value(simpler, undefined));
  }
}

/**
 * Scenarios within a scope: what the adapter supports, and what the harness can do. They shrink by cutting
 * steps first and simplifying what is left. Default: everything, in process, by the strict profile.
 * With a `coverage` each scenario is steered away from what the scenarios before it led through; without one, only
 * from what it led through itself, so that it depends on nothing but its seed.
 */
export function scenarios(
  scope: Partial<ScenarioScope> = {},
  coverage?: Coverage,
): fc.Arbitrary<Scenario> {
  return new ScenarioArbitrary({ ...FULL_SCOPE, ...scope }, coverage);
}
