// What a run comes to: its failing cases as findings, and every rule's line.
import { CATALOGUE } from '../../spec/catalogue.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import {
  digestOf,
  replayLine,
  type Counterexample,
  type FindingReport,
  type RuleReport,
} from '../report/report.ts';
import { findingReport, inOrder, verdictsOf, type Doubt } from '../report/verdicts.ts';
import type { AdapterFaultCode } from '../harness/harness.ts';
import type { Examined } from './examine.ts';
import { faultsOf } from './findings.ts';
import type { FoundCase, JobOrder } from './job.ts';
import type { WorkerEnd } from './worker-process.ts';

/**
 * The rules that were asked for, and what accuses one of them: all rules are judged, since a mistake may show as the
 * breach of another.
 */
export function conclude(
  job: JobOrder,
  worker: WorkerEnd,
  { confirmed, unconfirmed }: Examined,
): { readonly rules: RuleReport[]; readonly findings: FindingReport[] } {
  const faults = faultsOf(confirmed);
  const findings = faults.flatMap(({ shown, accused, alsoBroken }) =>
    shown.finding
      ? findingReport(shown.finding, counterexampleOf(job, shown), accused, alsoBroken)
      : [],
  );
  const own = new Map<RuleId, Counterexample>();
  for (const one of confirmed) own.set(one.rule, counterexampleOf(job, one));
  const doubts = doubtsOf(job, worker, unconfirmed);
  const isAsked = (id: RuleId) => job.rules.length === 0 || job.rules.includes(id);
  return {
    rules: verdictsOf(resultsOf(worker), findings, doubts, own).filter(({ id }) => isAsked(id)),
    findings: inOrder(findings.filter(({ accused }) => accused.some(isAsked))),
  };
}

/** What speaks against rules that no finding names. */
function doubtsOf(
  job: JobOrder,
  { end }: WorkerEnd,
  unconfirmed: readonly FoundCase[],
): Map<RuleId, Doubt> {
  const doubts = new Map<RuleId, Doubt>();
  if (end.type === 'fault')
    for (const { id } of CATALOGUE)
      doubts.set(id, { reason: `${whoFailed(end)} failed before anything could be judged` });
  for (const one of unconfirmed) {
    const counterexample = counterexampleOf(job, one);
    if (one.unrepeatable) doubts.set(one.of, { reason: UNREPEATABLE, counterexample });
    else if (one.unproven) doubts.set(one.of, { reason: UNPROVEN, counterexample });
    else doubts.set(one.rule, { reason: ESCAPED, counterexample });
  }
  return doubts;
}

const UNREPEATABLE = 'it was not broken again when the same case was repeated';
const UNPROVEN = 'timed out, unconfirmed: the call may only have been slow';
const ESCAPED =
  'broken on virtual time but not on real time: the producer escapes the virtual clock';

/** Every scenario of a scope has been run: what none of them exercised lies outside. */
function withinScope(result: RuleResult): RuleResult {
  if (result.verdict !== 'not-exercised') return result;
  return { ...result, verdict: 'not-applicable', missing: 'scope' };
}

function whoFailed({ code }: { readonly code: AdapterFaultCode }): string {
  return code === 'kit-failed' ? 'the kit' : 'the adapter';
}

/** The results of all rules; of a worker that failed, none is known. */
function resultsOf({ end }: WorkerEnd): readonly RuleResult[] {
  if (end.type === 'done')
    return end.exhausted?.complete ? end.results.map(withinScope) : end.results;
  return CATALOGUE.map(({ id }) => ({ id, verdict: 'inconclusive', exercised: 0 }));
}

function counterexampleOf(job: JobOrder, found: FoundCase): Counterexample {
  const { scenario, history, at, why, certificate } = found;
  return {
    scenario,
    history,
    at,
    explanation: why,
    replay: replayLine(job, found.rule, scenario),
    case: found.case + 1,
    ...(certificate && { certificate }),
    digest: digestOf(scenario, history),
  };
}
