// The kill matrix in the terminal: a line for each mutant, and what they come to.
import { CATALOGUE } from '../../spec/catalogue.ts';
import type { Scored } from './matrix.ts';
import { median, type RuleScore } from './score.ts';

/** One mutant's line: the rules it breaks, cases to find it, the shrunk length, the time, who else is named. */
export function rowOf({ mutant, score, durationMs }: Scored): string {
  const { found, shrunk, seeds } = score;
  const others = score.rules.filter(({ rule }) => !mutant.breaks.includes(rule));
  const columns = [
    mutant.id.padEnd(40),
    mutant.breaks.join(' ').padEnd(12),
    `${cases(found.median)} ${cases(found.worst)}`,
    `${shrunk ?? '-'}`.padStart(3),
    `${(durationMs / 1000).toFixed(1)} s`.padStart(7),
    others.map((one) => otherRule(one, seeds)).join(' '),
  ];
  return `${columns.join(' ').trimEnd()}\n`;
}

function otherRule({ rule, seeds }: RuleScore, all: number): string {
  return seeds === all ? rule : `${rule}(${seeds})`;
}

/** How many were caught, how fast, and how many rules they break. That they break all is tested. */
export function summaryOf(scored: readonly Scored[]): string {
  const medians = scored.map(({ score }) => score.found.median);
  const worst = Math.max(...scored.map(({ score }) => score.found.worst));
  const broken = new Set(scored.flatMap(({ mutant }) => mutant.breaks));
  const caught = scored.filter(({ score }) => Number.isFinite(score.found.worst)).length;
  return [
    `${caught} of ${scored.length} mutants caught in every seed`,
    `cases to find one: median ${median(medians)}, worst ${worst}`,
    `rules broken by a mutant: ${broken.size} of ${CATALOGUE.length}`,
    '',
  ].join('\n');
}

function cases(number: number): string {
  return (Number.isFinite(number) ? `${number}` : '-').padStart(5);
}
