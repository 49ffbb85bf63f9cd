// Your own property over the kit's tapes: whatever is sent to this outbox, no case breaks a rule. Tapes are
// a fast-check arbitrary, so they shrink, replay and combine like any other.
import fc from 'fast-check';
import {
  InProcessBench,
  installVirtualTime,
  Judge,
  STRICT,
  tapes,
  VirtualSettler,
} from 'producer-tck';
import adapter from './outbox-adapter.ts';

/** Rejects, with the shortest tape, if a case breaks a rule. */
export async function outboxKeepsItsPromises(runs: number): Promise<void> {
  const time = installVirtualTime();
  const settler = new VirtualSettler(time);
  const bench = new InProcessBench(adapter, STRICT, settler, () => time.reset());
  const property = fc.asyncProperty(tapes(bench.scope), async (tape) => {
    const { breaches } = await bench.run(tape, new Judge(STRICT));
    if (breaches[0]) throw new Error(`${breaches[0].rule}: ${breaches[0].why}`);
  });
  await fc.assert(property, { numRuns: runs, seed: 1, includeErrorInReport: true });
}
