// The findings of a run: its failing cases, grouped by what is wrong. One fault found by many rules is one finding.
import { CATALOGUE } from '../../spec/catalogue.ts';
import { rulesNamed } from '../../spec/diagnosis/diagnose.ts';
import type { HypothesisName } from '../../spec/diagnosis/hypotheses.ts';
import { GENERAL } from '../../spec/diagnosis/precedence.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { FoundCase } from './job.ts';

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
