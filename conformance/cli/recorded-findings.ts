// What a recording breaks, as findings. The file is read a second time, and only the cases that break a rule are
// kept, since most recordings break none and may be long.
import { diagnose } from '../../spec/diagnosis/diagnose.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import { faultsOf } from '../engine/findings.ts';
import type { FoundCase } from '../engine/job.ts';
import { readHistory } from '../formats/history-file.ts';
import type { FindingReport } from '../report/report.ts';
import { findingReport, inOrder } from '../report/verdicts.ts';

/** Events after the breaking one that are kept, so that one sees how it went on. */
const SEQUEL = 12;

/** One finding for each fault that the recording shows. */
export async function recordedFindings(
  file: string,
  profile: Profile,
  results: readonly RuleResult[],
): Promise<FindingReport[]> {
  const found = (await brokenCases(file, results)).flatMap((one): FoundCase[] => {
    const finding = diagnose(profile, one.history);
    if (!finding) return [];
    const { rule, at, why } = finding;
    const history = one.history.slice(0, at + 1 + SEQUEL);
    return [{ rule, of: rule, scenario: [], history, at, why, case: one.number, finding }];
  });
  const faults = faultsOf(found).flatMap(({ shown, accused, alsoBroken }) => {
    const { finding, history, at, why } = shown;
    if (!finding) return [];
    const said = { scenario: [], history, at, explanation: why, replay: '', digest: '' };
    return findingReport(finding, { ...said, case: shown.case }, accused, alsoBroken);
  });
  return inOrder(faults);
}

interface BrokenCase {
  readonly history: readonly HistoryEvent[];
  /** Counted from 1. */
  readonly number: number;
}

/** The cases in which some rule was first broken, from their `open` on. */
async function brokenCases(file: string, results: readonly RuleResult[]): Promise<BrokenCase[]> {
  const lines = new Set(results.flatMap(({ breach }) => breach?.line ?? []));
  const last = Math.max(0, ...lines) + SEQUEL;
  const cases: BrokenCase[] = [];
  let number = 0;
  let current: HistoryEvent[] = [];
  for await (const { event, line } of readHistory(file)) {
    if (line > last) break;
    if (event.event === 'open') {
      current = [];
      number += 1;
    }
    current.push(event);
    if (lines.has(line) && cases.at(-1)?.history !== current)
      cases.push({ history: current, number });
  }
  return cases;
}
