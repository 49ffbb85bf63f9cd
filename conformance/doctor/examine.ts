// The examination itself, in the worker process: takes the steps, and tells each finding as soon as it is
// known. A worker that dies on the way is started again behind the step that it died of.
import { Judge } from '../../spec/check.ts';
import { AdapterFault, type AdapterFaultCode } from '../bench/bench.ts';
import type { Bench } from '../bench/bench.ts';
import type { Capability } from '../adapter.ts';
import type { Tape } from '../tape/stimulus.ts';
import { CAPABILITY_STEPS } from './capability-steps.ts';
import { conclusion, findingOf } from './claims.ts';
import { CONTRACT_STEPS } from './contract-steps.ts';
import { Reading } from './reading.ts';
import type { Finding, Patient, Step } from './step.ts';

/** All steps, in the order in which they are taken. */
export const STEPS: readonly Step[] = [...CONTRACT_STEPS, ...CAPABILITY_STEPS];

/** What to do about a fault that ended a step. */
const ADVICE: Partial<Record<AdapterFaultCode, string>> = {
  protocol: 'write nothing but lines of the protocol to stdout; what is for people goes to stderr',
  hung: 'read further lines while a call is pending: give each call a task or a thread of its own',
  exited: 'an adapter must neither end its process nor await what never comes',
};

/** Benches for an adapter: a fresh one where another has failed. */
export interface Ward {
  readonly isBridged: boolean;
  /** A bench on which the adapter's producers are asked for `claim` as well; absent: it cannot be asked. */
  bench(claim?: Capability): Promise<Bench | undefined>;
}

/** Takes the steps from `first` on. `note` is given the number of each before it is taken. */
export async function examine(
  ward: Ward,
  first: number,
  note: (step: number) => void,
  tell: (finding: Finding) => void,
): Promise<void> {
  const bench = (await ward.bench())!;
  const { supports, answers, chargedSize } = bench.scope;
  const patient: Patient = {
    supports,
    seesPackets: answers === 'scripted',
    isBridged: ward.isBridged,
    chargeOf: (message) => chargedSize?.(message) ?? message.size,
  };
  for (let at = first; at < STEPS.length; at += 1) {
    const step = STEPS[at]!;
    if (step.isBridged && !patient.isBridged) continue;
    note(at);
    const finding = await take(step, patient, ward);
    tell(finding);
    if (step.isBasic && finding.outcome === 'problem') return;
  }
}

/** Takes one step. An adapter's fault is a finding about it. */
async function take(step: Step, patient: Patient, ward: Ward): Promise<Finding> {
  const { title, claim } = step;
  const isClaimed = claim === undefined || patient.supports.includes(claim);
  const bench = await ward.bench(isClaimed ? undefined : claim);
  const unseen = { title, outcome: 'absent', text: 'cannot be seen from here' } as const;
  if (!bench || (step.seesPackets && !patient.seesPackets)) return unseen;
  try {
    const seen: Reading[] = [];
    for (const tape of step.tapes(patient)) seen.push(await play(bench, tape));
    if (step.call !== undefined && !seen.some((one) => one.wasMade(step.call!))) return unseen;
    return findingOf(step, seen, patient);
  } catch (error) {
    const finding = conclusion(step, patient, messageOf(error));
    const advice = error instanceof AdapterFault ? ADVICE[error.code] : undefined;
    return finding.outcome === 'problem' && advice ? { ...finding, advice } : finding;
  }
}

async function play(bench: Bench, tape: Tape): Promise<Reading> {
  const isGated = bench.scope.answers === 'gate';
  const own = isGated ? tape.map((step) => (step.do === 'ack' ? ACK_ALL : step)) : tape;
  const { history } = await bench.run(own, new Judge(bench.scope.profile));
  return new Reading(history);
}

/** Through a gate answers come all at once. */
const ACK_ALL = { do: 'ack', gap: 'settle' } as const;

function messageOf(error: unknown): string {
  if (error instanceof AdapterFault) return error.message;
  return `its open() failed: ${error instanceof Error ? error.message : String(error)}`;
}
