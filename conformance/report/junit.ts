// The report as JUnit XML, for CI servers: one test case for each rule, and one more for what kept the adapter from
// being judged. Follows junit-10.xsd of the Jenkins xUnit plugin, which other consumers read as well.
import { visible } from './event-text.ts';
import { deviationText } from './baseline.ts';
import { exitCode, type Report, type RuleReport } from './report.ts';
import { counterexampleLines, uncontrolledLines } from './text.ts';

/** What a test case came to. */
interface Outcome {
  readonly as: 'failure' | 'error' | 'skipped';
  readonly message: string;
  /** Shown in full; without it the message is all. */
  readonly text?: string;
}

interface TestCase {
  readonly name: string;
  readonly outcome?: Outcome | undefined;
  /** What a passing test case has to say. */
  readonly out?: string;
}

/** The whole document, ending in a newline. */
export function reportJunit(report: Report): string {
  const cases = [...report.rules.map((rule) => caseOf(rule, report)), ...runCases(report)];
  const count = (as: Outcome['as']) => cases.filter(({ outcome }) => outcome?.as === as).length;
  const time = (report.durationMs / 1000).toFixed(3);
  const { length: tests } = cases;
  const [failures, errors] = [count('failure'), count('error')];
  const name = `producer-tck ${report.profile}: ${report.adapter}`;
  const own = { tests, failures, errors, skipped: count('skipped'), time };
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, tests, failures, errors, time })}>`,
    `  <testsuite${attributes({ name, ...own })}>`,
    '    <properties>',
    ...Object.entries(propertiesOf(report)).map(
      ([key, value]) => `      <property${attributes({ name: key, value })}/>`,
    ),
    '    </properties>',
    ...cases.map((one) => caseXml(one, `producer-tck.${report.profile}.${report.adapter}`)),
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

/** One rule: broken and unexcused is a failure, undecided an error, excused or not applicable is skipped. */
function caseOf(rule: RuleReport, report: Report): TestCase {
  const name = `${rule.id} ${rule.statement}`;
  const { deviation, verdict, reason } = rule;
  if (deviation?.standing === 'known')
    return { name, outcome: { as: 'skipped', message: deviationText(deviation) } };
  if (deviation?.standing === 'stale')
    return { name, outcome: { as: 'failure', message: deviationText(deviation) } };
  switch (verdict) {
    case 'satisfied':
      return { name };
    case 'violated': {
      const text = counterexampleLines(rule).join('\n');
      if (rule.level === 'SHOULD') return { name, out: text };
      const message = rule.counterexample?.explanation ?? 'violated';
      return { name, outcome: { as: 'failure', message, text } };
    }
    case 'inconclusive':
      return { name, outcome: { as: 'error', message: `inconclusive: ${reason ?? ''}` } };
    case 'not-exercised':
      return report.shard
        ? { name, outcome: { as: 'skipped', message: 'not exercised in this shard' } }
        : { name, outcome: { as: 'error', message: 'never exercised: run more cases' } };
    case 'not-applicable':
      return { name, outcome: { as: 'skipped', message: reason ?? 'not applicable' } };
  }
}

/** What is about the run as a whole. */
function runCases({ error, uncontrolled }: Report): TestCase[] {
  const cases: TestCase[] = [];
  if (error) {
    const outcome = { as: 'error', message: error.message } as const;
    cases.push({ name: 'the adapter can be judged', outcome });
  }
  if (uncontrolled) {
    const [message = '', ...rest] = uncontrolledLines(uncontrolled);
    const outcome = { as: 'error', message, text: rest.join('\n') } as const;
    cases.push({ name: 'the producer is under control', outcome });
  }
  return cases;
}

function propertiesOf(report: Report): Record<string, string> {
  const { kit, seed, cases, verdict, shard } = report;
  return {
    'producer-tck': kit,
    seed: String(seed),
    cases: String(cases),
    verdict,
    'exit-code': String(exitCode(report)),
    ...(shard && { shard: `${shard.index}/${shard.of}` }),
  };
}

function caseXml({ name, outcome, out }: TestCase, classname: string): string {
  const head = `    <testcase${attributes({ classname, name })}`;
  if (outcome) {
    const { as, message, text = message } = outcome;
    return `${head}><${as}${attributes({ message, type: as })}>${escaped(text)}</${as}></testcase>`;
  }
  return out === undefined
    ? `${head}/>`
    : `${head}><system-out>${escaped(out)}</system-out></testcase>`;
}

function attributes(all: Readonly<Record<string, string | number>>): string {
  return Object.entries(all)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Whatever an adapter may say, as text that XML 1.0 allows. Line ends stay. */
function escaped(text: string): string {
  const lines = text.split('\n').map((line) => visible(line));
  return lines
    .join('\n')
    .replaceAll(/[\ufffe\uffff\p{Surrogate}]/gu, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
