// Claims are probed both ways: claimed but absent, present but not claimed.
import { CAPABILITIES, type Capability } from '../../spec/settings.ts';
import type { Reading } from './reading.ts';
import type { Finding, Patient, Step } from './step.ts';

/** The least that shows a capability. */
export interface Probe {
  /** A sentence without a full stop. */
  readonly shows: string;
  readonly seesPackets?: boolean;
  readonly tapes: Step['tapes'];
  /** What speaks against it; absent: the capability is there. */
  readonly lacks: Step['problem'];
}

/** The steps of the probes, in the order of the capabilities. */
export function capabilitySteps(probes: Readonly<Record<Capability, Probe>>): readonly Step[] {
  return CAPABILITIES.map((claim) => {
    const { shows, lacks, tapes, seesPackets } = probes[claim];
    return {
      title: `${claim}: ${shows}`,
      claim,
      ...(seesPackets && { seesPackets }),
      tapes,
      problem: lacks,
      advice: `mend it, or take "${claim}" out of \`supports\`: its rules are then not applicable`,
    };
  });
}

/** What to say of a step, given what its tapes showed. */
export function findingOf(step: Step, seen: readonly Reading[], patient: Patient): Finding {
  const problem = step.problem(seen, patient);
  const remark = problem === undefined ? step.remark?.(seen, patient) : undefined;
  if (remark === undefined) return conclusion(step, patient, problem);
  return { title: step.title, outcome: 'remark', text: remark, advice: step.advice };
}

/** What to say of a step of which a problem, or none, is known. */
export function conclusion(
  step: Pick<Step, 'title' | 'claim' | 'advice'>,
  { supports }: Pick<Patient, 'supports'>,
  problem: string | undefined,
): Finding {
  const { title, claim, advice } = step;
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
