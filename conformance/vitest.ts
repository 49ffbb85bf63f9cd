// The suite inside a user's own vitest: one test for each rule. The cases are run once, before the tests, in a
// process of their own, so that neither virtual time nor a crash reaches the other tests.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../spec/catalogue.ts';
import { conform, type RunOptions } from './engine/conform.ts';
import { deviationText, parseBaseline, withBaseline } from './report/baseline.ts';
import type { Report, RuleReport } from './report/report.ts';
import { counterexampleLines, nonDeterminismLines } from './report/text.ts';

/** What to run, beside the adapter. */
export interface ConformanceOptions extends Omit<
  RunOptions,
  'adapter' | 'onProgress' | 'shard' | 'workers'
> {
  /** A file of known deviations: those rules are skipped while they are broken, and fail once they hold. */
  readonly baseline?: string | URL;
  /** Milliseconds that all cases may take. Default: two minutes. */
  readonly timeoutMs?: number;
}

/**
 * Defines a suite with one test for each rule. `adapter` is the file of an adapter module, as a path or a `file:` URL,
 * or `exec:COMMAND`. A rule that is not applicable is skipped, with the reason; one that is inconclusive, or was never
 * exercised, fails.
 */
export function conformanceTests(adapter: string | URL, options: ConformanceOptions = {}): void {
  const path = pathOf(adapter);
  const { baseline, timeoutMs = 120_000, ...run } = options;
  const rules = CATALOGUE.filter(({ id }) => run.rules?.includes(id) ?? true);
  describe(`producer-tck: ${path}`, () => {
    let report: Report;
    beforeAll(async () => {
      const file = baseline && pathOf(baseline);
      const list = file && parseBaseline(readFileSync(file, 'utf8'), file);
      const found = await conform({ ...run, adapter: path });
      report = list ? withBaseline(found, list) : found;
    }, timeoutMs);

    test('the adapter can be judged', () => {
      if (report.error) expect.fail(report.error.message);
      if (report.nonDeterminism) expect.fail(nonDeterminismLines(report.nonDeterminism).join('\n'));
    });
    for (const { id, statement } of rules) {
      test(`${id} ${statement}`, ({ skip }) => {
        const rule = report.rules.find((one) => one.id === id);
        if (!rule) return expect.fail('it was not judged');
        const reason = excuseOf(rule);
        if (reason !== undefined) skip(reason);
        const problem = problemOf(rule, report);
        if (problem !== undefined) expect.fail(problem);
      });
    }
  });
}

/** Why a rule neither passes nor fails. */
function excuseOf({ verdict, deviation, reason, level, counterexample }: RuleReport) {
  if (deviation?.standing === 'known') return deviationText(deviation);
  if (verdict === 'not-applicable') return reason ?? 'not applicable';
  if (verdict === 'violated' && level === 'SHOULD')
    return `warning: ${counterexample?.explanation}`;
  return undefined;
}

/** Why a rule fails. */
function problemOf(rule: RuleReport, report: Report): string | undefined {
  const { verdict, deviation, reason } = rule;
  if (deviation?.standing === 'stale') return deviationText(deviation);
  switch (verdict) {
    case 'violated':
      return ['', ...counterexampleLines(rule, report.findings)].join('\n');
    case 'inconclusive':
      return [
        `inconclusive: ${reason ?? report.error?.message ?? 'no proof either way'}`,
        ...counterexampleLines(rule, report.findings),
      ].join('\n');
    case 'not-exercised':
      return `never exercised in ${report.cases} cases: run more, or do not claim what it needs`;
    case 'satisfied':
    case 'not-applicable':
      return undefined;
  }
}

function pathOf(file: string | URL): string {
  return file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file;
}
