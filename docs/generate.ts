// Writes the generated documents: the rule book, the decision table and the JSON Schema of histories.
// Run by `npm run docs`; CI checks that what is committed is what this writes.
import { writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { HISTORY_EVENT } from '../conformance/formats/history-format.ts';
import { eventText } from '../conformance/report/event-text.ts';
import { CATALOGUE, CHAPTERS } from '../spec/catalogue.ts';
import { check } from '../spec/check.ts';
import { EXAMPLES, profileOf } from '../spec/examples.ts';
import { DISPATCH } from '../spec/model/decision.ts';
import { CHOICE_NAMES, CHOICES, type ChoiceName } from '../spec/model/choices.ts';
import { PROFILES, STRICT, type Profile } from '../spec/model/profile.ts';
import { type Chapter, needsOf, type Rule } from '../spec/rule.ts';
import { ROWS } from './book/decision-page.ts';

const here = (name: string) => new URL(name, import.meta.url);

function historySchema(): object {
  return {
    $id: 'https://unpkg.com/producer-tck/docs/history.schema.json',
    title: 'An event of a producer-tck history (JSON Lines: one event a line)',
    ...toJsonSchema(HISTORY_EVENT),
  };
}

function ruleBook(): string {
  const parts = ['# The rule book', INTRODUCTION, decisionTable(), profiles()];
  for (const [chapter, title] of Object.entries(CHAPTERS) as [Chapter, string][]) {
    parts.push(`## ${title}`);
    parts.push(...CATALOGUE.filter(({ id }) => id.startsWith(`${chapter}-`)).map(rulePage));
  }
  return `${parts.join('\n\n')}\n`;
}

const INTRODUCTION = `Generated from the code that judges. Edit [\`spec/\`](../spec/), not this page.

A rule judges a *history*: an ordered list of invocations, returns, packets, answers and settle points. Each rule counts how
often it applied. A rule that never applied counts as a failure, not as a pass. Each rule is shown with the smallest history that
breaks it; the last event of that history is the breach.

[Where the rules come from](notes/README.md) says what each source is and where to look it up. *Notes* are a user's notes on the
send path of ActiveMQ, in Chinese, from which this book began. Classes and methods are those of the ActiveMQ Classic client. A
project and a number, such as \`apache/pulsar 6360\`, name a public report of a defect that shipped.`;

function decisionTable(): string {
  const rows = ROWS.map(
    ({ row, when, share }) => `| ${row} | ${when} | \`${DISPATCH[row]}\` | ${share} of 128 |`,
  );
  return [
    '## Which sends wait: the decision',
    'The first row that applies decides.',
    ['| # | when | dispatch | combinations |', '|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

function profiles(): string {
  const rows = Object.values<Profile>(PROFILES).map(
    ({ name, summary }) => `| \`${name}\` | ${summary} |`,
  );
  return [
    '## Profiles',
    PROFILES_ARE,
    ['| profile | what it asks |', '|---|---|', ...rows].join('\n'),
    '### What a profile chooses',
    'The first value is that of `strict`. Beside it are the profiles that choose otherwise, and below the rules that ' +
      'read the choice; in brackets those that other values exclude.',
    ...CHOICE_NAMES.map(choiceEntry),
  ].join('\n\n');
}

const PROFILES_ARE =
  'A profile is a record of named choices, which the rules read. Users write profiles of their own: see ' +
  '[Profiles](profiles.md).';

function choiceEntry(name: ChoiceName): string {
  const { about, values } = CHOICES[name];
  const lines = Object.entries<string>(values).map(([value, meaning]) => {
    const choosing = Object.values<Profile>(PROFILES).filter((one) => one[name] === value);
    const others = choosing
      .filter((one) => one !== PROFILES.strict)
      .map((one) => `\`${one.name}\``);
    const isOther = STRICT[name] !== value && others.length > 0;
    return `- \`${value}\`: ${meaning}${isOther ? ` (${others.join(', ')})` : ''}`;
  });
  const touched = CATALOGUE.flatMap(({ id, under = {}, heeds = [] }) => {
    if (name in under) return `(${id})`;
    return heeds.includes(name) ? id : [];
  });
  return `**\`${name}\`** ${about}:\n\n${lines.join('\n')}\n\nRules: ${touched.join(', ')}.`;
}

/** By which profiles a rule is judged. */
function whereJudged({ under = {} }: Rule): string {
  const conditions = Object.entries(under).map(([name, values]) =>
    values.map((value) => `\`${name}: ${value}\``).join(' or '),
  );
  return conditions.length > 0 ? `judged under ${conditions.join(' and ')}` : 'every profile';
}

function rulePage(rule: Rule): string {
  const needs =
    needsOf(rule)
      .map((need) => `\`${need}\``)
      .join(', ') || 'nothing';
  const where = whereJudged(rule);
  return [
    `### ${rule.id}`,
    `**${rule.statement}**`,
    rule.rationale,
    `${rule.level}; ${where}; needs ${needs}. Source: ${rule.source}.`,
    `If it is broken: ${rule.lookFirst}`,
    violation(rule),
  ].join('\n\n');
}

function violation(rule: Rule): string {
  const history = EXAMPLES[rule.id]?.violation ?? [];
  const breach = check(profileOf(rule.id), history).find(({ id }) => id === rule.id)?.breach;
  const lines = history.map((event, at) => `${String(at + 1).padStart(2)}  ${eventText(event)}`);
  return ['```text', ...lines, ...(breach ? [`    ${breach.why}`] : []), '```'].join('\n');
}

writeFileSync(here('rules.md'), ruleBook());
writeFileSync(here('history.schema.json'), `${JSON.stringify(historySchema(), null, 2)}\n`);
