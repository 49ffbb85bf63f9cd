// The report as annotations of a GitHub Actions run: one workflow command for each thing to act on.
// https://docs.github.com/actions/reference/workflow-commands
import { deviationText } from './baseline.ts';
import { visible } from './event-text.ts';
import type { Report, RuleReport } from './report.ts';
import { counterexampleLines, uncontrolledLines } from './text.ts';

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

function annotationsOf(report: Report): Annotation[] {
  const { adapter, error, uncontrolled, rules, shard } = report;
  const all: Annotation[] = [];
  if (error)
    all.push({ level: 'error', title: `${adapter} could not be judged`, text: error.message });
  if (uncontrolled) {
    const text = uncontrolledLines(uncontrolled).join('\n');
    all.push({ level: 'error', title: `${adapter} is not under control`, text });
  }
  all.push(...rules.flatMap((rule) => ofRule(rule, adapter)));
  const open = rules.filter(
    ({ verdict }) => verdict === 'inconclusive' || (verdict === 'not-exercised' && !shard),
  );
  const news = open.filter(({ deviation }) => deviation?.standing !== 'known');
  if (news.length > 0) {
    const title = `${adapter}: ${news.length} rules were not decided`;
    const text = news.map(({ id, verdict }) => `${id}: ${verdict}`).join('\n');
    all.push({ level: 'warning', title, text });
  }
  return all;
}

function ofRule(rule: RuleReport, adapter: string): Annotation[] {
  const { id, verdict, level, deviation } = rule;
  if (deviation?.standing === 'known') return [];
  if (deviation?.standing === 'stale')
    return [{ level: 'error', title: `${adapter}: ${id}`, text: deviationText(deviation) }];
  if (verdict !== 'violated') return [];
  const text = counterexampleLines(rule).join('\n');
  const severity = level === 'SHOULD' ? 'warning' : 'error';
  return [{ level: severity, title: `${adapter} breaks ${id}`, text }];
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
