import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RuleId } from '../../../spec/rule.ts';
import { readBaseline } from '../../cli/input.ts';
import { knownCases, nameOf, replayCommand, VARIANTS, type KnownCase } from './variants.ts';

const findings = readFileSync('docs/findings.md', 'utf8');
const listedFor = (variant: Parameters<typeof nameOf>[0]) =>
  readBaseline(`conformance/clients/activemq/baseline-${nameOf(variant)}.json`).deviations.map(
    ({ rule }) => rule,
  );

test('every line of the findings that replays a case can be read', () => {
  const lines = findings.split('\n').filter((line) => line.includes('--replay'));
  expect(lines).toHaveLength(40);
  expect(knownCases(findings)).toHaveLength(lines.length);
});

test.each(VARIANTS.map((variant) => [nameOf(variant), variant] as const))(
  'each entry of the baseline %s is a finding',
  (_, variant) => {
    const headings = [...findings.matchAll(/^\*\*([A-Z0-9, -]+)\.\*\*/gm)].join(' ');
    const rules = new Set(knownCases(findings).map(({ rule }) => rule));
    const isKnown = (rule: RuleId) => rules.has(rule) || headings.includes(rule);
    expect(listedFor(variant).filter((rule) => !isKnown(rule))).toEqual([]);
  },
);

test('each finding that is proven is in the baseline of its variant', () => {
  const [proven = ''] = findings.split('### Seen, but not proven');
  const isListed = (one: KnownCase) => listedFor(one).includes(one.rule);
  expect(knownCases(proven).filter((one) => !isListed(one))).toEqual([]);
});

test('what is printed to replay a case can be read', () => {
  const [known] = knownCases(findings) as [KnownCase];
  expect(knownCases(replayCommand(known))).toEqual([known]);
});

test('a line that names no rule is an error', () => {
  const line = findings.split('\n').find((one) => one.includes('--replay')) ?? '';
  expect(() => knownCases(line.replace(/"rule":"[^"]*"/, '"rule":"LIF-99"'))).toThrow(
    /LIF-99, .*: no such case/,
  );
});
