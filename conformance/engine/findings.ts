// The failing cases of a run: of each rule that is broken the case that shows it best, and all of them grouped by what
// is wrong. One fault found by many rules is one finding.
import { CATALOGUE } from '../../spec/catalogue.ts';
import { rulesNamed } from '../../spec/diagnosis/diagnose.ts';
import type { HypothesisName } from '../../spec/diagnosis/hypotheses.ts';
import { GENERAL } from '../../spec/diagnosis/precedence.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { FailingCase, FoundCase } from './job.ts';
import { type CaseRecord, proven } from '../harness/harness.ts';
import type { Scenario } from '../cases/step.ts';

/** One fault, with the case that shows it best. */
export interface Fault {
  readonly shown: FoundCase;
  /** Rules that a case of its own shows to be broken, the headline first. */
  readonly accused: readonly RuleId[];
  /** Rules that only cases of this fault break, and that give way to those accused. */
  readonly alsoBroken: readonly RuleId[];
}

interface Group {
  readonly cases: FoundCase[];
  readonly accused: Set<RuleId>;
  readonly broken: Set<RuleId>;
}

/**
 * Groups failing cases, those that break fewest rules first. A case belongs to a fault that is known if it breaks a
 * rule that the fault is named by, or if the same mistake accounts for it.
 */
export function faultsOf(found: readonly FoundCase[]): readonly Fault[] {
  const groups: Group[] = [];
  for (const one of found.toSorted(clearestFirst)) {
    const { finding } = one;
    if (!finding) continue;
    const broken = [finding.rule, ...(finding.candidates ?? []), ...finding.alsoBroken];
    const isGeneral = GENERAL.includes(finding.rule);
    const isConsequence = (group: Group) =>
      isGeneral ? group.broken.has(finding.rule) : broken.some((rule) => group.accused.has(rule));
    const known = groups.find(isConsequence);
    const alike = known ?? groups.find(({ cases }) => hasMistake(cases[0], finding.hypothesis));
    const group = alike ?? { cases: [], accused: new Set<RuleId>(), broken: new Set<RuleId>() };
    if (!alike) groups.push(group);
    group.cases.push(one);
    if (!known || isGeneral) for (const rule of rulesNamed(finding)) group.accused.add(rule);
    for (const rule of [one.of, ...broken]) group.broken.add(rule);
  }
  return groups.map(({ cases, accused, broken }) => ({
    shown: cases[0] as FoundCase,
    accused: [...accused],
    alsoBroken: [...broken].filter((rule) => !accused.has(rule)),
  }));
}

function hasMistake(one: FoundCase | undefined, mistake: HypothesisName | undefined): boolean {
  return mistake !== undefined && one?.finding?.hypothesis?.rule === mistake.rule;
}

function clearestFirst(one: FoundCase, other: FoundCase): number {
  return rankOf(one) - rankOf(other) || one.scenario.length - other.scenario.length;
}

/** By the number of rules that it breaks; what says of any call what others say of some comes last. */
function rankOf({ finding }: FoundCase): number {
  if (!finding) return Number.POSITIVE_INFINITY;
  const breaks = (finding.candidates?.length ?? 1) + finding.alsoBroken.length;
  return breaks + (GENERAL.includes(finding.rule) ? CATALOGUE.length : 0);
}

/** Cases that are remembered, since a later one may show what they left behind. */
const REMEMBERED = 8;

/** Keeps the best case of each rule. */
export class BestCases {
  readonly byRule = new Map<RuleId, FailingCase>();
  readonly #before: Scenario[] = [];
  readonly #onFirst: (found: FoundCase) => void;

  /** `onFirst` hears of each rule's first case. */
  constructor(onFirst: (found: FoundCase) => void = () => {}) {
    this.#onFirst = onFirst;
  }

  /** Takes in a case that was run and judged. */
  take(scenario: Scenario, record: CaseRecord, number: number): void {
    const before = record.breaches.length > 0 ? [...this.#before] : [];
    this.#before.push(scenario);
    if (this.#before.length > REMEMBERED) this.#before.shift();
    const isProven = new Set(proven(record));
    for (const breach of record.breaches) {
      const { rule, at, why } = breach;
      const known = this.byRule.get(rule);
      const unproven = isProven.has(breach) ? {} : { unproven: true };
      const breaks = isProven.size || record.breaches.length;
      const isFirst = !known || (known.unproven === true && isProven.has(breach));
      const first = isFirst ? number : known.case;
      const { history } = record;
      const one = {
        scenario,
        case: first,
        drawn: number,
        history,
        at,
        why,
        breaks,
        before,
        ...unproven,
      };
      if (!known || isBetter(one, known)) this.byRule.set(rule, one);
      if (isFirst && isProven.has(breach))
        this.#onFirst({ rule, of: rule, scenario, case: number, history, at, why });
    }
  }
}

/**
 * Whether a case shows a rule better than another: there is proof in it, or else it breaks fewer rules, or as many in
 * fewer steps.
 */
export function isBetter(one: FailingCase, other: FailingCase): boolean {
  if (one.unproven !== other.unproven) return other.unproven === true;
  return one.breaks - other.breaks < 0 || (one.breaks === other.breaks && isShorter(one, other));
}

function isShorter(one: FailingCase, other: FailingCase): boolean {
  const difference = one.scenario.length - other.scenario.length;
  return difference < 0 || (difference === 0 && one.drawn < other.drawn);
}
