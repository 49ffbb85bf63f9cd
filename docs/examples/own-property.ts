// Your own property over the kit's scenarios: no case breaks a rule, whatever is sent to this outbox. Scenarios are
// a fast-check arbitrary, so they shrink, replay and combine like any other.
import fc from 'fast-check';
import { scenarios, virtualHarness } from 'producer-tck';
import { Judge, STRICT } from 'producer-tck/spec';
import adapter from './outbox-adapter.ts';

/** Rejects, with the shortest scenario, if a case breaks a rule. */
export async function outboxKeepsItsPromises(runs: number): Promise<void> {
  const harness = virtualHarness(adapter);
  const property = fc.asyncProperty(scenarios(harness.scope), async (scenario) => {
    const { breaches } = await harness.run(scenario, new Judge(STRICT));
    if (breaches[0]) throw new Error(`${breaches[0].rule}: ${breaches[0].why}`);
  });
  await fc.assert(property, { numRuns: runs, seed: 1, includeErrorInReport: true });
}
