// An exhaustive run: every scenario of a small scope on one harness, all rules judged, and for each rule that is
// broken the shortest scenario that breaks it. It ends when no scenario is left, or when its time is up.
import type { Rule, RuleId } from '../../../spec/rule.ts';
import type { Capability } from '../../../spec/events/settings.ts';
import { AdapterFault } from '../../harness/harness.ts';
import type { InProcessHarness } from '../../harness/in-process/in-process.ts';
import { realNowMs } from '../../harness/in-process/virtual-time.ts';
import type { CampaignResult } from '../../engine/campaign.ts';
import { BestCases } from '../../engine/findings.ts';
import type { FoundCase } from '../../engine/job.ts';
import { defaultScope, type Exhausted, type SmallScope, unsupportedBy } from './small-scope.ts';
import { Walk, type Walker } from './walk.ts';
import { Judge } from '../../../spec/check.ts';
import type { Failure } from '../../../spec/events/failure.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';

/** What to run. */
export interface ExhaustivePlan {
  readonly rules: readonly Rule[];
  /** Default: small, with all that the adapter claims. */
  readonly scope?: SmallScope;
  /** Steps after `open`, at most. */
  readonly depth: number;
  /** Milliseconds after which it stops unfinished; default: never. */
  readonly budgetMs?: number;
  /** Ends the walk at the first scenario that breaks this rule. */
  readonly until?: RuleId;
  /** Called before each run with its number, counted from 0, and with what is done, from 0 to 1. */
  readonly onCase?: (number: number, share: number) => void;
  /** Called when a rule is first broken, with the case that did it. */
  readonly onFinding?: (found: FoundCase) => void;
}

/** What an exhaustive run found, and how far it came. */
export interface ExhaustiveResult extends CampaignResult {
  readonly exhausted: Exhausted;
}

/** Runs every scenario of up to `plan.depth` steps. Throws an `AdapterFault` for a subject out of control. */
export async function exhaust(
  harness: InProcessHarness,
  plan: ExhaustivePlan,
): Promise<ExhaustiveResult> {
  const { rules, depth } = plan;
  const scope = plan.scope ?? defaultScope(harness.scope.supports);
  const lacking = unsupportedBy(scope, harness.scope.supports);
  if (lacking) throw outOfScope(lacking);
  const deadlineMs = realNowMs() + (plan.budgetMs ?? Number.POSITIVE_INFINITY);
  const judge = new WalkJudge(harness.scope.profile, rules);
  const walk = new Walk(scope, depth, judge);
  const best = new BestCases(plan.onFinding);
  const { contents } = walk;
  while (!walk.over && realNowMs() < deadlineMs) {
    plan.onCase?.(walk.runs, walk.progress);
    judge.begin(walk.sharedEvents);
    const number = walk.runs;
    const { breaches, history } = await harness.runSteps(contents, walk.steps(), judge);
    if (judge.diverged || !walk.arrived) throw nonDeterministic(number);
    const { scenario } = walk;
    best.take(scenario, { history, breaches, unproven: [] }, number);
    walk.turn();
    if (plan.until !== undefined && best.byRule.has(plan.until)) break;
  }
  const exhausted = extentOf(walk, scope, depth);
  const results = judge.results();
  return { cases: walk.runs, results, failing: best.byRule, exhausted };
}

function extentOf(walk: Walk, scope: SmallScope, depth: number): Exhausted {
  const { over, scenarios, runs, interleavings } = walk;
  const ways = scope.senders && { interleavings };
  const assumptions = scope.senders ? [REPEATS, SENDERS_ALIKE] : [REPEATS];
  return { scope, depth, complete: over, scenarios, runs, ...ways, assumptions };
}

const REPEATS =
  'with the same beginning the producer does the same again, in what is observed (checked in every run) and in what is not';
const SENDERS_ALIKE =
  'the producer does not look at who calls: dealing the calls out otherwise makes no other scenario';

function outOfScope(capability: Capability): AdapterFault {
  const why = `the scope needs the capability "${capability}", which the adapter does not declare`;
  return new AdapterFault('out-of-scope', why);
}

function nonDeterministic(run: number): AdapterFault {
  const what = `run ${run + 1} did not repeat the beginning that it shares with the run before`;
  const why = 'it depends on something that the kit does not control';
  return new AdapterFault('diverged', `${what}: ${why}`);
}

/**
 * Judges one run after another. What the beginning of a run shares with the run before was judged then, and is only
 * folded in, once it is seen to be the same; a beginning that differs shows a subject out of control.
 */
export class WalkJudge extends Judge implements Walker {
  /** The events of the run before, up to where the current one took its own way, and beyond. */
  #before: HistoryEvent[] = [];
  #now: HistoryEvent[] = [];
  #shared = 0;
  /** The run did not begin as the run before had. */
  diverged = false;
  /** The turn in which a rule was first broken is over. */
  judgedAll = false;

  /** Events of the current run. */
  get events(): number {
    return this.#now.length;
  }

  /** A run begins that shares so many events with the run before. */
  begin(shared: number): void {
    this.#shared = shared;
    [this.#before, this.#now] = [this.#now, this.#before];
    this.#now.length = 0;
    this.judgedAll = false;
  }

  override next(event: HistoryEvent): void {
    const at = this.#now.length;
    this.#now.push(event);
    if (at > 0 && at < this.#shared) {
      if (isSame(event, this.#before[at])) return this.skip(event);
      this.diverged = true;
    }
    super.next(event);
    if (event.event === 'settle' && this.breaches.length > 0) this.judgedAll = true;
  }
}

/** Whether two events say the same; the messages of errors are for people, and may differ. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  const fields = one as Record<string, unknown>;
  const others = other as Record<string, unknown>;
  for (const name in fields) {
    if (name === 'error') {
      if ((fields[name] as Failure).kind !== (others[name] as Failure | undefined)?.kind)
        return false;
    } else if (!isSame(fields[name], others[name])) return false;
  }
  return true;
}
