// Where properties of one's own run cases: a harness in this process, on virtual time.
import { STRICT, type Profile } from '../spec/model/profile.ts';
import type { ProducerAdapter } from './adapter.ts';
import type { Harness } from './harness/harness.ts';
import { InProcessHarness } from './harness/in-process/in-process.ts';
import { VirtualSettler } from './harness/in-process/settle.ts';
import { installVirtualTime } from './harness/in-process/virtual-time.ts';

/**
 * Runs the adapter's producers on virtual time, which takes over the timers and the clock of this process for good.
 * Scenarios for it come from `scenarios(harness.scope)`. Default profile: `STRICT`.
 */
export function virtualHarness(adapter: ProducerAdapter, profile: Profile = STRICT): Harness {
  const time = installVirtualTime();
  const settler = new VirtualSettler(time, adapter.lingerMs);
  return new InProcessHarness(adapter, profile, settler, () => time.reset());
}
