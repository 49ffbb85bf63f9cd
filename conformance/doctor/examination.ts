// An examination from the beginning: loading, or starting, the adapter is the first finding.
import { AdapterFault, type Harness } from '../harness/harness.ts';
import { seedRandomness } from '../harness/in-process/determinism.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { examine, type Ward } from './examine.ts';
import type { CheckResult } from './check.ts';
import { loadPartByPart, wardInProcess, wardOverBridge } from './ward.ts';

/** Who hears of an examination. */
export interface ExaminationListener {
  /** Given the number of each step before it is taken. */
  readonly note: (step: number) => void;
  readonly tell: (finding: CheckResult) => void;
  readonly opened: (harness: Harness) => void;
}

/** Examines an adapter module, beginning with step `first`. */
export async function examineModule(
  path: string,
  first: number,
  listener: ExaminationListener,
): Promise<void> {
  const time = installVirtualTime();
  const random = seedRandomness();
  const quietly = first > 0 ? () => {} : listener.tell;
  const adapter = await loadPartByPart(path, quietly);
  if (!adapter) return;
  const ward = wardInProcess(adapter, new VirtualSettler(time, adapter.lingerMs), () => {
    time.reset();
    random.reset();
  });
  await begin(ward, first, listener);
}

/** Examines an adapter in another process, which `start` starts, beginning with step `first`. */
export async function examineProcess(
  start: () => Promise<Harness>,
  first: number,
  listener: ExaminationListener,
): Promise<void> {
  let ward: Ward & { end(): Promise<void> };
  try {
    ward = await wardOverBridge(start);
  } catch (error) {
    if (!(error instanceof AdapterFault)) throw error;
    listener.tell(greetingFault(error));
    return;
  }
  try {
    await begin(ward, first, listener);
  } finally {
    await ward.end();
  }
}

async function begin(ward: Ward, first: number, listener: ExaminationListener): Promise<void> {
  const harness = (await ward.harness())!;
  listener.opened(harness);
  const { adapter, scope } = harness;
  if (ward.isBridged && first === 0) {
    const text = `"${adapter}", supports ${scope.supports.join(', ') || 'nothing'}`;
    listener.tell({ title: 'hello', outcome: 'sound', text });
  }
  await examine(ward, first, listener.note, listener.tell);
}

/** What came instead of a hello. */
function greetingFault({ code, message }: AdapterFault): CheckResult {
  const isUnchecked = code === 'no-broker' || code === 'exited';
  return {
    title: code === 'no-broker' ? 'broker' : 'hello',
    outcome: isUnchecked ? 'unchecked' : 'problem',
    text: message,
    advice:
      GREETING_ADVICE[code] ??
      'answer {"call":"hello","protocol":1} first: docs/other-languages.md',
  };
}

const GREETING_ADVICE: Partial<Record<AdapterFault['code'], string>> = {
  'no-broker': 'start the broker, or mend --broker HOST:PORT',
  exited: 'run the command by itself: it must start, and read its standard input',
  protocol: 'write nothing but lines of the protocol to stdout; what is for people goes to stderr',
};
