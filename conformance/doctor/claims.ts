// Claims are probed both ways: claimed but absent, present but not claimed.
import { CAPABILITIES, type Capability } from '../../spec/events/settings.ts';
import type { Reading } from './reading.ts';
import type { CheckResult, CheckedAdapter, Check } from './check.ts';

/** The least that shows a capability. */
export interface Probe {
  /** A sentence without a full stop. */
  readonly shows: string;
  readonly seesPackets?: boolean;
  readonly scenarios: Check['scenarios'];
  /** What speaks against it; absent: the capability is there. */
  readonly lacks: Check['problem'];
}

/** The steps of the probes, in the order of the capabilities. */
export function capabilitySteps(probes: Readonly<Record<Capability, Probe>>): readonly Check[] {
  return CAPABILITIES.map((claim) => {
    const { shows, lacks, scenarios, seesPackets } = probes[claim];
    return {
      title: `${claim}: ${shows}`,
      claim,
      ...(seesPackets && { seesPackets }),
      scenarios,
      problem: lacks,
      advice: `mend it, or take "${claim}" out of \`supports\`: its rules are then not applicable`,
    };
  });
}

/** What to say of a check, given what its scenarios showed. */
export function findingOf(
  check: Check,
  seen: readonly Reading[],
  patient: CheckedAdapter,
): CheckResult {
  const problem = check.problem(seen, patient);
  const remark = problem === undefined ? check.remark?.(seen, patient) : undefined;
  if (remark === undefined) return conclusion(check, patient, problem);
  return { title: check.title, outcome: 'remark', text: remark, advice: check.advice };
}

/** What to say of a check of which a problem, or none, is known. */
export function conclusion(
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
