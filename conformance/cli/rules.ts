// `producer-tck rules` and `producer-tck explain RULE`: the catalogue, in a table and in full.
import { CATALOGUE, CHAPTERS, findRule } from '../../spec/catalogue.ts';
import { type Chapter, needsOf, type Rule } from '../../spec/rule.ts';
import { check } from '../../spec/check.ts';
import { EXAMPLES, profileOf } from '../../spec/examples.ts';
import { excludingChoice } from '../../spec/verdict.ts';
import { PROFILES } from '../../spec/model/profile.ts';
import { eventText } from '../report/event-text.ts';
import { InputError } from '../formats/json.ts';
import type { Output } from './io.ts';

/** Prints the catalogue. */
export function rulesCommand(flags: { json?: boolean }, out: Output): number {
  if (flags.json) {
    const rules = CATALOGUE.map(({ judges: _, ...rule }) => ({
      ...rule,
      profiles: profilesOf(rule),
    }));
    out.write(`${JSON.stringify(rules, null, 2)}\n`);
    return 0;
  }
  for (const [chapter, title] of Object.entries(CHAPTERS) as [Chapter, string][]) {
    out.write(`\n${title}\n`);
    for (const rule of CATALOGUE) {
      if (!rule.id.startsWith(`${chapter}-`)) continue;
      const level = rule.level === 'SHOULD' ? ' (SHOULD)' : '';
      const strict = rule.under ? ' (strict)' : '';
      out.write(`  ${rule.id.padEnd(6)} ${rule.statement}${level}${strict}\n`);
    }
  }
  return 0;
}

/** Prints one rule in full, with the smallest history that breaks it. */
export function explainCommand(id: string, out: Output): number {
  const rule = findRule(id);
  if (!rule) throw new InputError(`there is no rule ${id}; producer-tck rules lists them`);
  const needs = needsOf(rule).join(', ') || 'nothing';
  const lines = [
    `${rule.id}  ${rule.statement}`,
    '',
    rule.rationale,
    '',
    `Level:    ${rule.level}; profiles: ${profilesOf(rule).join(', ')}; needs: ${needs}`,
    `Source:   ${rule.source}`,
    `If it is broken, look here first: ${rule.lookFirst}`,
    '',
    'A minimal violation:',
    ...violationOf(rule),
  ];
  out.write(`${lines.join('\n')}\n`);
  return 0;
}

function violationOf(rule: Rule): string[] {
  const history = EXAMPLES[rule.id]?.violation ?? [];
  const breach = check(profileOf(rule.id), history).find((result) => result.id === rule.id)?.breach;
  const lines = history.map((event, at) => {
    const mark = at === breach?.at ? '  > ' : '    ';
    return `${mark}${String(at + 1).padStart(2)}  ${eventText(event)}`;
  });
  return breach ? [...lines, `  ${breach.why}.`] : lines;
}

/** Those that come with the kit and by which a rule is judged. */
function profilesOf(rule: Pick<Rule, 'under'>): string[] {
  const judging = Object.values(PROFILES).filter((profile) => !excludingChoice(rule, profile));
  return judging.map(({ name }) => name);
}
