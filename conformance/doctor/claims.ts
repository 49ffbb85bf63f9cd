// Claims are checked both ways: claimed but absent, present but not claimed.
import { CAPABILITIES, type Capability } from '../../spec/events/settings.ts';
import type { Reading } from './reading.ts';
import type { CheckResult, CheckedAdapter, Check } from './check.ts';

/** The least that shows a capability. */
export interface Evidence {
  /** A sentence without a full stop. */
  readonly shows: string;
  readonly seesPackets?: boolean;
  readonly scenarios: Check['scenarios'];
  /** Why it is not there; absent: the capability is there. */
  readonly lacks: Check['problem'];
}

/** The checks made of it, in the order of the capabilities. */
export function capabilityChecks(
  evidence: Readonly<Record<Capability, Evidence>>,
): readonly Check[] {
  return CAPABILITIES.map((claim) => {
    const { shows, lacks, scenarios, seesPackets } = evidence[claim];
    return {
      title: `${claim}: ${shows}`,
      claim,
      ...(seesPackets && { seesPackets }),
      scenarios,
      problem: lacks,
      advice: `fix it, or take "${claim}" out of \`supports\`: its rules are then not applicable`,
    };
  });
}

/** What to say of a check, given what its scenarios showed. */
export function resultOf(
  check: Check,
  seen: readonly Reading[],
  subject: CheckedAdapter,
): CheckResult {
  const problem = check.problem(seen, subject);
  const remark = problem === undefined ? check.remark?.(seen, subject) : undefined;
  if (remark === undefined) return concluded(check, subject, problem);
  return { title: check.title, outcome: 'remark', text: remark, advice: check.advice };
}

/** What to say of a check of which a problem, or none, is known. */
export function concluded(
  check: Pick<Check, 'title' | 'claim' | 'advice'>,
  { supports }: Pick<CheckedAdapter, 'supports'>,
  problem: string | undefined,
): CheckResult {
  const { title, claim, advice } = check;
  if (claim === undefined || supports.includes(claim)) {
    if (problem === undefined) return { title, outcome: 'sound' };
    const text = claim === undefined ? problem : `claimed, but ${problem}`;
    return { title, outcome: 'problem', text, advice };
  }
  if (problem !== undefined) return { title, outcome: 'absent', text: 'not claimed, and not seen' };
  return {
    title,
    outcome: 'problem',
    text: 'it is there, but not claimed: its rules are not judged',
    advice: `add "${claim}" to \`supports\``,
  };
}
