// Exhaustive runs: scenarios a second, and the interleavings of senders that they stand for, on a scope that
// is walked to its end in every round.
import { CATALOGUE } from '../../spec/catalogue.ts';
import { STRICT } from '../../spec/model/profile.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime, realNowMs } from '../harness/in-process/virtual-time.ts';
import { exhaust } from '../cases/exhaustive/exhaust.ts';
import type { SmallScope } from '../cases/exhaustive/small-scope.ts';
import { rowOf, type Row } from './row.ts';

const ROUNDS = 9;
const WARM_UP = 3;
/** Each message is sent and answered. */
const DEPTH = 10;

/** Five senders with a message each, more than fill the window. */
const SCOPE: SmallScope = {
  windowSize: 2,
  sizes: [1],
  kinds: ['async', 'sync'],
  operations: [],
  pauses: ['settle'],
  senders: { count: 5, messages: 1 },
};

/** The reference, every rule judged. */
export async function interleavings(): Promise<Row[]> {
  const time = installVirtualTime();
  const { default: adapter } = await import('../adapters/reference.ts');
  const harness = new InProcessHarness(adapter, STRICT, new VirtualSettler(time), () =>
    time.reset(),
  );
  const figures = { runs: [] as number[], scenarios: [] as number[], ways: [] as number[] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const startMs = realNowMs();
    const plan = { rules: CATALOGUE, scope: SCOPE, depth: DEPTH };
    const { exhausted } = await exhaust(harness, plan);
    const perSecond = 1000 / (realNowMs() - startMs);
    if (round < 0) continue;
    figures.runs.push(exhausted.runs * perSecond);
    figures.scenarios.push(exhausted.scenarios * perSecond);
    figures.ways.push((exhausted.interleavings ?? 0) * perSecond);
  }
  return [
    rowOf('runs', '/s', figures.runs),
    rowOf('scenarios, each as part of a run', '/s', figures.scenarios),
    rowOf('interleavings of the senders', '/s', figures.ways),
  ];
}
