// A case that is run once more: to be confirmed on real time, or because a user replays it. Where time alone speaks
// against the subject, a control is tried, as for a case that was just found.
import { CATALOGUE } from '../../spec/catalogue.ts';
import type { Judge } from '../../spec/check.ts';
import { diagnose } from '../../spec/diagnosis/diagnose.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { Scenario } from '../cases/step.ts';
import type { CaseRecord, Harness } from '../harness/harness.ts';
import { proofByControl } from './control.ts';
import type { Rerun } from './job.ts';

/** Runs a case that is known to break `rule`. */
export async function rerun(
  harness: Harness,
  scenario: Scenario,
  rule: RuleId,
  judge: Judge,
): Promise<Rerun> {
  const record = await harness.run(scenario, judge);
  const { history } = record;
  const breaches = await weighed(harness, scenario, rule, record);
  return { rule, history, breaches: [...breaches, ...harmIn(history, breaches, harness)] };
}

/** What a case broke, and whether that is proven: of `rule` by a control if need be. */
async function weighed(
  harness: Harness,
  scenario: Scenario,
  rule: RuleId,
  { history, breaches, unproven }: CaseRecord,
): Promise<Rerun['breaches']> {
  const asked = unproven.find((one) => one.rule === rule);
  const shown = asked && { scenario, history, breach: asked, breaches };
  const proof = shown && (await proofByControl(harness, shown, CATALOGUE));
  return breaches.map((one) => {
    const byControl = one === asked && proof !== undefined;
    const why = byControl ? `${one.why}; ${proof}` : one.why;
    return { ...one, why, isProven: byControl || !unproven.includes(one) };
  });
}

/** What the subject did not survive, if the diagnosis names that in place of what came of it. */
function harmIn(
  history: readonly HistoryEvent[],
  breaches: Rerun['breaches'],
  { scope }: Harness,
): Rerun['breaches'] {
  const finding = diagnose(scope.profile, history);
  const shown = breaches.find(({ at }) => at === finding?.at);
  if (!finding || !shown || breaches.some(({ rule }) => rule === finding.rule)) return [];
  return [{ ...shown, rule: finding.rule, why: finding.why }];
}
