// The report for continuous integration: as JUnit XML, one test case for each rule, and as GitHub annotations, one for
// each thing to act on. JUnit follows junit-10.xsd of the Jenkins xUnit plugin, which other consumers read as well.
// https://docs.github.com/actions/reference/workflow-commands
import { deviationText } from './baseline.ts';
import { counted, visible } from './event-text.ts';
import { markup, type Content } from './markup.ts';
import type { Report, RuleReport } from './report.ts';
import { counterexampleLines, errorLines, findingLines, nonDeterminismLines } from './text.ts';
import { evidenceIn, exitCode } from './verdicts.ts';

/** What a test case came to, unless it passed. */
interface Outcome {
  readonly as: 'failure' | 'error' | 'skipped';
  readonly message: string;
  /** Shown in full; default the message. */
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
  const { rules, profile, adapter, durationMs } = report;
  const problems = problemsOf(report).map(({ name, lines }): TestCase => {
    const outcome = { as: 'error', message: lines[0] ?? '', text: lines.join('\n') } as const;
    return { name, outcome };
  });
  const cases = [...rules.map((rule) => caseOf(rule, report)), ...problems];
  const count = (as: Outcome['as']) => cases.filter(({ outcome }) => outcome?.as === as).length;
  const suite = `producer-tck ${profile}: ${adapter}`;
  const time = (durationMs / 1000).toFixed(3);
  const own = markup`name="${suite}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
  const properties = Object.entries(propertiesOf(report)).map(
    ([key, value]) => markup`      <property name="${key}" value="${value}"/>\n`,
  );
  const document = markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${own} time="${time}">
  <testsuite ${own} skipped="${count('skipped')}" time="${time}">
    <properties>
${properties}    </properties>
${cases.map((one) => caseXml(one, `producer-tck.${profile}.${adapter}`))}  </testsuite>
</testsuites>
`;
  // What XML 1.0 forbids even as a reference; control characters are visible already.
  return document.text.replaceAll(/[\ufffe\uffff\p{Surrogate}]/gu, '\ufffd');
}

/** One rule: broken and unexcused is a failure, undecided an error, excused or not applicable is skipped. */
function caseOf(rule: RuleReport, { findings, shard }: Report): TestCase {
  const { id, level, statement, deviation, verdict, reason, counterexample } = rule;
  const name = `${id} ${statement}`;
  const as = (kind: Outcome['as'], message: string, text = message): TestCase => {
    return { name, outcome: { as: kind, message, text } };
  };
  if (deviation?.standing === 'known') return as('skipped', deviationText(deviation));
  if (deviation?.standing === 'stale') return as('failure', deviationText(deviation));
  const shown = counterexampleLines(rule, findings).join('\n');
  switch (verdict) {
    case 'satisfied':
      return { name };
    case 'violated':
      if (level === 'SHOULD') return { name, out: shown };
      return as('failure', counterexample?.explanation ?? 'violated', shown);
    case 'inconclusive': {
      const message = `inconclusive: ${reason ?? ''}`;
      return as('error', message, shown || message);
    }
    case 'not-exercised':
      return shard
        ? as('skipped', 'not exercised in this shard')
        : as('error', 'never exercised: run more cases');
    case 'not-applicable':
      return as('skipped', reason ?? 'not applicable');
  }
}

/** What is wrong with the run as a whole: what should be, what is instead, and the details. */
function problemsOf({ error, nonDeterminism }: Report) {
  const cannotBeJudged = { name: 'the adapter can be judged', complaint: 'could not be judged' };
  const isRandom = { name: 'the producer is deterministic', complaint: 'is non-deterministic' };
  return [
    ...(error ? [{ ...cannotBeJudged, lines: errorLines(error) }] : []),
    ...(nonDeterminism ? [{ ...isRandom, lines: nonDeterminismLines(nonDeterminism) }] : []),
  ];
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

function caseXml({ name, outcome, out }: TestCase, classname: string): Content {
  const head = markup`    <testcase classname="${classname}" name="${name}"`;
  if (outcome) {
    const { as, message, text = message } = outcome;
    return markup`${head}><${as} message="${message}" type="${as}">${text}</${as}></testcase>\n`;
  }
  if (out === undefined) return markup`${head}/>\n`;
  return markup`${head}><system-out>${out}</system-out></testcase>\n`;
}

interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly text: string;
}

/** Workflow commands, a line each. `file` is where the annotations are shown; default nowhere. */
export function annotations(report: Report, file?: string): string {
  return annotationsOf(report)
    .map(({ level, title, text }) => {
      const properties = file === undefined ? [] : [`file=${property(file)}`];
      properties.push(`title=${property(visible(title))}`);
      return `::${level} ${properties.join(',')}::${data(text)}\n`;
    })
    .join('');
}

/** One for each finding, however many rules it breaks. */
function annotationsOf(report: Report): Annotation[] {
  const { adapter, rules, shard } = report;
  const problems = problemsOf(report).map(({ complaint, lines }): Annotation => {
    return { level: 'error', title: `${adapter} ${complaint}`, text: lines.join('\n') };
  });
  const stale = rules.flatMap(({ id, deviation }): Annotation[] => {
    if (deviation?.standing !== 'stale') return [];
    return [{ level: 'error', title: `${adapter}: ${id}`, text: deviationText(deviation) }];
  });
  const found = evidenceIn(report)
    .filter(({ isKnown }) => !isKnown)
    .map((evidence): Annotation => {
      const { finding, rule } = evidence;
      const isOpen = rule?.verdict === 'inconclusive';
      const level = isOpen || finding.level === 'SHOULD' ? 'warning' : 'error';
      const title = `${adapter} ${isOpen ? 'may break' : 'breaks'} ${finding.rule}`;
      return { level, title, text: findingLines(evidence).join('\n') };
    });
  const open = rules.filter(
    ({ verdict, deviation }) =>
      deviation?.standing !== 'known' &&
      (verdict === 'inconclusive' || (verdict === 'not-exercised' && !shard)),
  );
  if (open.length === 0) return [...problems, ...stale, ...found];
  const title = `${adapter}: ${counted(open.length, 'rule')} not decided`;
  const text = open.map(({ id, verdict }) => `${id}: ${verdict}`).join('\n');
  return [...problems, ...stale, ...found, { level: 'warning', title, text }];
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
