// The examination itself, in the worker process: takes the steps, and tells each finding as soon as it is
// known. A worker that dies on the way is started again behind the check that it died of.
import { Judge } from '../../spec/check.ts';
import { AdapterFault, type AdapterFaultCode } from '../harness/harness.ts';
import type { Harness } from '../harness/harness.ts';
import type { Capability } from '../adapter.ts';
import type { Scenario } from '../cases/step.ts';
import { CAPABILITY_STEPS } from './capability-checks.ts';
import { conclusion, findingOf } from './claims.ts';
import { CONTRACT_STEPS } from './contract-checks.ts';
import { Reading } from './reading.ts';
import type { CheckResult, CheckedAdapter, Check } from './check.ts';

/** All steps, in the order in which they are taken. */
export const STEPS: readonly Check[] = [...CONTRACT_STEPS, ...CAPABILITY_STEPS];

/** What to do about a fault that ended a check. */
const ADVICE: Partial<Record<AdapterFaultCode, string>> = {
  protocol: 'write nothing but lines of the protocol to stdout; what is for people goes to stderr',
  hung: 'read further lines while a call is pending: give each call a task or a thread of its own',
  exited: 'an adapter must neither end its process nor await what never comes',
};

/** Benches for an adapter: a fresh one where another has failed. */
export interface Ward {
  readonly isBridged: boolean;
  /** A harness on which the adapter's producers are asked for `claim` as well; absent: it cannot be asked. */
  harness(claim?: Capability): Promise<Harness | undefined>;
}

/** Takes the steps from `first` on. `note` is given the number of each before it is taken. */
export async function examine(
  ward: Ward,
  first: number,
  note: (check: number) => void,
  tell: (finding: CheckResult) => void,
): Promise<void> {
  const harness = (await ward.harness())!;
  const { supports, answers, chargedSize } = harness.scope;
  const patient: CheckedAdapter = {
    supports,
    seesPackets: answers === 'scripted',
    isBridged: ward.isBridged,
    chargeOf: (message) => chargedSize?.(message) ?? message.size,
  };
  for (let at = first; at < STEPS.length; at += 1) {
    const check = STEPS[at]!;
    if (check.isBridged && !patient.isBridged) continue;
    note(at);
    const finding = await take(check, patient, ward);
    tell(finding);
    if (check.isBasic && finding.outcome === 'problem') return;
  }
}

/** Takes one check. An adapter's fault is a finding about it. */
async function take(check: Check, patient: CheckedAdapter, ward: Ward): Promise<CheckResult> {
  const { title, claim } = check;
  const isClaimed = claim === undefined || patient.supports.includes(claim);
  const harness = await ward.harness(isClaimed ? undefined : claim);
  const unseen = { title, outcome: 'absent', text: 'cannot be seen from here' } as const;
  if (!harness || (check.seesPackets && !patient.seesPackets)) return unseen;
  try {
    const seen: Reading[] = [];
    for (const scenario of check.scenarios(patient)) seen.push(await play(harness, scenario));
    if (check.call !== undefined && !seen.some((one) => one.wasMade(check.call!))) return unseen;
    return findingOf(check, seen, patient);
  } catch (error) {
    const finding = conclusion(check, patient, messageOf(error));
    const advice = error instanceof AdapterFault ? ADVICE[error.code] : undefined;
    return finding.outcome === 'problem' && advice ? { ...finding, advice } : finding;
  }
}

async function play(harness: Harness, scenario: Scenario): Promise<Reading> {
  const isGated = harness.scope.answers === 'gate';
  const own = isGated ? scenario.map((check) => (check.do === 'ack' ? ACK_ALL : check)) : scenario;
  const { history } = await harness.run(own, new Judge(harness.scope.profile));
  return new Reading(history);
}

/** Through a gate answers come all at once. */
const ACK_ALL = { do: 'ack', pause: 'settle' } as const;

function messageOf(error: unknown): string {
  if (error instanceof AdapterFault) return error.message;
  return `its open() failed: ${error instanceof Error ? error.message : String(error)}`;
}
