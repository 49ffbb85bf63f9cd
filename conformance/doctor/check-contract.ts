// The contract check, in the worker process: loads or starts the adapter, runs the checks, and tells each result as
// soon as it is known. A worker that dies is started again behind the check that it died of.
import { Judge } from '../../spec/check.ts';
import type { Scenario } from '../cases/step.ts';
import { AdapterFault, type AdapterFaultCode, type Harness } from '../harness/harness.ts';
import { seedRandomness } from '../harness/in-process/determinism.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { CAPABILITY_CHECKS } from './capability-checks.ts';
import { concluded, resultOf, type Check, type CheckedAdapter, type CheckResult } from './check.ts';
import { CONTRACT_CHECKS } from './contract-checks.ts';
import { loadPartByPart, probeInProcess, probeOverBridge, type Probe } from './probe.ts';
import { Reading } from './reading.ts';

/** All checks, in the order in which they run. */
export const CHECKS: readonly Check[] = [...CONTRACT_CHECKS, ...CAPABILITY_CHECKS];

/** Who is told what while the checks run. */
export interface CheckListener {
  /** Given the number of each check before it runs. */
  readonly note: (check: number) => void;
  readonly tell: (result: CheckResult) => void;
  readonly opened: (harness: Harness) => void;
}

/** Checks an adapter module, from check `first` on. */
export async function checkModule(
  path: string,
  first: number,
  listener: CheckListener,
): Promise<void> {
  const time = installVirtualTime();
  const random = seedRandomness();
  const tell = first > 0 ? () => {} : listener.tell;
  const adapter = await loadPartByPart(path, tell);
  if (!adapter) return;
  const probe = probeInProcess(adapter, new VirtualSettler(time, adapter.lingerMs), () => {
    time.reset();
    random.reset();
  });
  await runChecks(probe, first, listener);
}

/** Checks an adapter in another process, which `start` starts, from check `first` on. */
export async function checkProcess(
  start: () => Promise<Harness>,
  first: number,
  listener: CheckListener,
): Promise<void> {
  let probe: Probe & { end(): Promise<void> };
  try {
    probe = await probeOverBridge(start);
  } catch (error) {
    if (!(error instanceof AdapterFault)) throw error;
    listener.tell(greetingFault(error));
    return;
  }
  try {
    await runChecks(probe, first, listener);
  } finally {
    await probe.end();
  }
}

/** Runs the checks from `first` on, until one fails without which the others mean nothing. */
export async function runChecks(
  probe: Probe,
  first: number,
  { note, tell, opened }: CheckListener,
): Promise<void> {
  const harness = (await probe.harness())!;
  opened(harness);
  const { supports, answers, chargedSize } = harness.scope;
  const subject: CheckedAdapter = {
    supports,
    seesPackets: answers === 'scripted',
    isBridged: probe.isBridged,
    chargeOf: (message) => chargedSize?.(message) ?? message.size,
  };
  if (probe.isBridged && first === 0) {
    const text = `"${harness.adapter}", supports ${supports.join(', ') || 'nothing'}`;
    tell({ title: 'hello', outcome: 'sound', text });
  }
  for (let at = first; at < CHECKS.length; at += 1) {
    const check = CHECKS[at]!;
    if (check.isBridged && !subject.isBridged) continue;
    if (check.isFurther && !supports.includes(check.claim!)) continue;
    note(at);
    const result = await run(check, subject, probe);
    tell(result);
    if (check.isBasic && result.outcome === 'problem') return;
  }
}

/** Runs one check. An adapter's fault is a result about it. */
async function run(check: Check, subject: CheckedAdapter, probe: Probe): Promise<CheckResult> {
  const { title, claim } = check;
  const isClaimed = claim === undefined || subject.supports.includes(claim);
  const harness = await probe.harness(isClaimed ? undefined : claim);
  const unseen = { title, outcome: 'absent', text: 'cannot be seen from here' } as const;
  if (!harness || (check.seesPackets && !subject.seesPackets)) return unseen;
  try {
    const seen: Reading[] = [];
    for (const scenario of check.scenarios(subject)) seen.push(await play(harness, scenario));
    if (check.call !== undefined && !seen.some((one) => one.wasMade(check.call!))) return unseen;
    return resultOf(check, seen, subject);
  } catch (error) {
    const result = concluded(check, subject, messageOf(error));
    const advice = error instanceof AdapterFault ? CHECK_ADVICE[error.code] : undefined;
    return result.outcome === 'problem' && advice ? { ...result, advice } : result;
  }
}

async function play(harness: Harness, scenario: Scenario): Promise<Reading> {
  const isGated = harness.scope.answers === 'gate';
  const own = isGated ? scenario.map((step) => (step.do === 'ack' ? ACK_ALL : step)) : scenario;
  const { history } = await harness.run(own, new Judge(harness.scope.profile));
  return new Reading(history);
}

/** Through a gate answers come all at once. */
const ACK_ALL = { do: 'ack', pause: 'settle' } as const;

function messageOf(error: unknown): string {
  if (error instanceof AdapterFault) return error.message;
  return `the kit itself failed here; please report this: ${String(error)}`;
}

/** What came instead of a hello. */
function greetingFault({ code, message }: AdapterFault): CheckResult {
  const isWithoutBroker = code === 'no-broker' || code === 'not-loadable';
  return {
    title: isWithoutBroker ? 'broker' : 'hello',
    outcome: isWithoutBroker || code === 'exited' ? 'unchecked' : 'problem',
    text: message,
    advice:
      GREETING_ADVICE[code] ??
      'answer {"call":"hello","protocol":1} first: docs/other-languages.md',
  };
}

type Advice = Partial<Record<AdapterFaultCode, string>>;
const PROTOCOL_ADVICE =
  'write nothing but lines of the protocol to stdout; what is for people goes to stderr';

const GREETING_ADVICE: Advice = {
  'no-broker': 'start the broker, or correct --broker HOST:PORT',
  'not-loadable': 'install the package, and run doctor again',
  exited: 'run the command by itself: it must start, and read its standard input',
  protocol: PROTOCOL_ADVICE,
};

/** What to do about a fault that ended a check. */
const CHECK_ADVICE: Advice = {
  protocol: PROTOCOL_ADVICE,
  hung: 'read further lines while a call is pending: give each call a task or a thread of its own',
  exited: 'an adapter must neither end its process nor await what never comes',
};
