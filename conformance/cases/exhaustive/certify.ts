// Certified minimal: once a case is shrunk, every scenario that is shorter and made of the same parts is run as
// well. Either one of them breaks the rule too, and is the better counterexample, or none does.
import { CATALOGUE } from '../../../spec/catalogue.ts';
import type { Rule } from '../../../spec/rule.ts';
import type { InProcessHarness } from '../../harness/in-process/in-process.ts';
import { realNowMs } from '../../harness/in-process/virtual-time.ts';
import { openingOf, type Scenario, type SendStep, settingsOf } from '../step.ts';
import { type Certificate, OPERATIONS, type SendKind, type SmallScope } from './small-scope.ts';
import { exhaust } from './exhaust.ts';

/** What came of the search. */
export interface Certified {
  readonly certificate: Certificate;
  /** A shorter scenario that breaks the rule. */
  readonly shorter?: Scenario;
}

/** Searches everything shorter than `scenario`, the shortest first, for `budgetMs` at most. */
export async function certify(
  harness: InProcessHarness,
  scenario: Scenario,
  rule: Rule,
  options: {
    readonly budgetMs: number;
    readonly rules?: readonly Rule[];
    readonly onCase?: () => void;
  },
): Promise<Certified> {
  const { budgetMs, rules = CATALOGUE, onCase } = options;
  const deadlineMs = realNowMs() + budgetMs;
  const scope = partsOf(scenario);
  const longest = scenario.length - 2;
  let tried = -1;
  while (tried < longest) {
    const depth = tried + 1;
    const { failing, exhausted } = await exhaust(harness, {
      rules,
      scope,
      depth,
      until: rule.id,
      budgetMs: deadlineMs - realNowMs(),
      ...(onCase && { onCase }),
    });
    const shorter = failing.get(rule.id)?.scenario;
    if (shorter) return { certificate: { scope, tried, minimal: true }, shorter };
    if (!exhausted.complete) break;
    tried = depth;
  }
  return { certificate: { scope, tried, minimal: tried === longest } };
}

/** What a small scope can say of a send. */
const EXPRESSIBLE = new Set([
  'do',
  'id',
  'size',
  'mode',
  'completion',
  'responseRequired',
  'pause',
]);

/** Whether all parts of a scenario can be part of a small scope: nested sends and the like cannot. */
export function isExpressible(scenario: Scenario): boolean {
  const sends = scenario.filter((step) => step.do === 'send');
  if (openingOf(scenario).company) return false;
  return sends.every((step) => Object.keys(step).every((name) => EXPRESSIBLE.has(name)));
}

/** The scope of all scenarios made of the same parts: settings, sizes, kinds of send, operations, pauses and none. */
export function partsOf(scenario: Scenario): SmallScope {
  const { destination, ...settings } = settingsOf(scenario);
  const steps = scenario.slice(1);
  const sends = steps.filter((step) => step.do === 'send');
  const pauses = steps.map(({ pause }) => pause);
  const advancesMs = distinct(steps.flatMap((step) => (step.do === 'advance' ? step.ms : [])));
  return {
    ...settings,
    ...(destination === undefined && { anonymous: true }),
    ...(advancesMs.length > 0 && { advancesMs }),
    sizes: distinct(sends.map(({ size }) => size)),
    kinds: distinct(sends.map(kindOf)),
    operations: OPERATIONS.filter((operation) => steps.some((step) => step.do === operation)),
    pauses: distinct([...pauses, 'none', 'settle']),
  };
}

function kindOf({ mode, completion, responseRequired }: SendStep): SendKind {
  if (completion) return 'callback';
  if (responseRequired) return 'response';
  return mode === 'persistent' ? 'sync' : 'async';
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
