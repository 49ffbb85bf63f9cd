// A campaign: many cases on one harness, all rules judged by one set of runs, and the shortest failing
// case kept for each rule. fast-check draws the scenarios; seeds and case numbers are its own.
import fc from 'fast-check';
import { Judge } from '../../spec/check.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import type { Harness } from '../harness/harness.ts';
import { Coverage } from '../cases/coverage/transition.ts';
import type { ScenarioScope, Search } from '../cases/scope.ts';
import type { Scenario } from '../cases/step.ts';
import { scenarios } from '../cases/scenarios.ts';
import { blocksOf, type Share } from './blocks.ts';
import { type Divergence, divergenceOf, REPEATED_CASES } from './determinism-check.ts';
import { BestCases } from './findings.ts';
import type { FailingCase, FoundCase } from './job.ts';
import { withoutStacks } from './without-stacks.ts';

/** What to run. */
export interface CampaignPlan {
  readonly rules: readonly Rule[];
  readonly cases: number;
  readonly seed: number;
  /** Scenarios to run before any is drawn. */
  readonly first?: readonly Scenario[];
  /** The part of the cases to run; default all. */
  readonly shares?: readonly Share[];
  /** Repeat a sample of the cases, to see whether the subject is deterministic. Default: no. */
  readonly repeats?: boolean;
  /** How scenarios are drawn. Default: mixed. */
  readonly search?: Search;
  /** Asked before each block, with the number of its first case: false ends the campaign. */
  readonly isWanted?: (first: number) => boolean;
  /** Called before each case with its number, counted from 0; `share`: what is done, if the driver can tell. */
  readonly onCase?: (number: number, share?: number) => void;
  /** Called when a rule is first broken, with the case that did it. */
  readonly onFinding?: (found: FoundCase) => void;
}

/** What a campaign found. */
export interface CampaignResult {
  readonly cases: number;
  readonly results: readonly RuleResult[];
  /** For each broken rule the case that shows it best, one with a proof if there is any. */
  readonly failing: ReadonlyMap<RuleId, FailingCase>;
  /** The first case that gave another history when it was repeated. */
  readonly nonDeterminism?: Divergence;
  /** The transitions that the drawn scenarios led through; absent where none was drawn. */
  readonly covered?: readonly number[];
}

/** Runs the scenarios drawn from `plan.seed`, block by block. */
export function runCampaign(harness: Harness, plan: CampaignPlan): Promise<CampaignResult> {
  return withoutStacks(() => campaign(harness, plan));
}

async function campaign(harness: Harness, plan: CampaignPlan): Promise<CampaignResult> {
  const judge = new Judge(harness.scope.profile, plan.rules);
  const best = new BestCases(plan.onFinding);
  const covered = new Set<number>();
  const scope = { ...harness.scope, ...(plan.search && { search: plan.search }) };
  let nonDeterminism: Divergence | undefined;
  let number = 0;
  let cases = 0;
  const consider = async (scenario: Scenario) => {
    plan.onCase?.(number);
    const record = await harness.run(scenario, judge);
    best.take(scenario, record, number);
    const repeats = plan.repeats && !harness.isOutside;
    if (repeats && !nonDeterminism && number % REPEATED_CASES === REPEATED_CASES - 1) {
      const divergence = await divergenceOf(harness, scenario, record.history);
      nonDeterminism = divergence && { case: number, ...divergence };
    }
    number += 1;
  };
  for (const scenario of plan.first ?? []) await consider(scenario);
  for (const block of blocksOf(plan, plan.shares)) {
    if (plan.isWanted?.(block.first) === false) break;
    number = block.first;
    // Steered by the block alone, so that it does not matter who ran the others.
    const coverage = new Coverage();
    const property = fc.asyncProperty(scenarios(scope, coverage), consider);
    const parameters = { seed: block.seed, numRuns: block.cases, endOnFailure: true };
    await throwing(fc.check(property, parameters));
    for (const transition of coverage.transitions) covered.add(transition);
    cases += block.cases;
  }
  const results = judge.results();
  return {
    cases,
    results,
    failing: best.byRule,
    covered: [...covered],
    ...(nonDeterminism && { nonDeterminism }),
  };
}

/** The scenario of one case of the run. Absent: the run has no such case. */
export function drawnAt(
  scope: ScenarioScope,
  plan: Pick<CampaignPlan, 'cases' | 'seed'>,
  number: number,
): Scenario | undefined {
  const block = [...blocksOf(plan)].find(({ first, cases }) => number < first + cases);
  if (!block) return undefined;
  let drawn: Scenario | undefined;
  const keep = (scenario: Scenario) => void (drawn = scenario);
  const property = fc.property(scenarios(scope, new Coverage()), keep);
  fc.check(property, { seed: block.seed, numRuns: number + 1 - block.first });
  return drawn;
}

/** The property never fails by itself: what it throws is the adapter's fault, or ours. */
async function throwing(
  run: Promise<fc.RunDetails<[Scenario]>> | fc.RunDetails<[Scenario]>,
): Promise<void> {
  const details = await run;
  if (details.failed) throw details.errorInstance;
}
