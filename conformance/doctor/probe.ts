// The harnesses that the checks run on: in process, where a claim can be made for the adapter in order to check it;
// over the bridge, where claims are the adapter's own, with a fresh process after each fault.
import type { Capability } from '../../spec/events/settings.ts';
import { STRICT } from '../../spec/model/profile.ts';
import type { ProducerAdapter } from '../adapter.ts';
import type { Harness } from '../harness/harness.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import type { Settler } from '../harness/in-process/settle.ts';
import { AdapterFault } from '../harness/harness.ts';
import { ADAPTER_PARTS, faultOfPart, loadDefaultExport } from '../engine/load-adapter.ts';
import type { CheckResult } from './check.ts';

/** Gives the harnesses for an adapter: a fresh one where another has failed. */
export interface Probe {
  readonly isBridged: boolean;
  /** With `claim`: as if the adapter claimed that as well; absent: it cannot be asked. */
  harness(claim?: Capability): Promise<Harness | undefined>;
}

/** Loads an adapter module part by part. Absent: a part is wrong, as the results say. */
export async function loadPartByPart(
  path: string,
  tell: (result: CheckResult) => void,
): Promise<ProducerAdapter | undefined> {
  let value: unknown;
  try {
    value = await loadDefaultExport(path);
  } catch (error) {
    const text = error instanceof AdapterFault ? error.message : String(error);
    const advice = 'give the path of a module that Node can load: .ts, .js or .mjs';
    tell({ title: 'loads', outcome: 'unchecked', text, advice });
    return undefined;
  }
  tell({ title: 'loads', outcome: 'sound' });
  for (const { title, fault } of ADAPTER_PARTS) {
    const text = faultOfPart(fault, value);
    if (text !== undefined) {
      const advice = 'see conformance/adapter.ts for the whole contract';
      tell({ title, outcome: 'problem', text, advice });
      return undefined;
    }
    tell({ title, outcome: 'sound', ...shown(title, value as ProducerAdapter) });
  }
  return value as ProducerAdapter;
}

/** Harnesses in this process. */
export function probeInProcess(
  adapter: ProducerAdapter,
  settler: Settler,
  beforeCase: () => void,
): Probe {
  return {
    isBridged: false,
    harness: async (claim) =>
      new InProcessHarness(claiming(adapter, claim), STRICT, settler, beforeCase),
  };
}

/** Harnesses over the bridge. `start` starts a fresh adapter, after the former one was ended. */
export async function probeOverBridge(
  start: () => Promise<Harness>,
): Promise<Probe & { end(): Promise<void> }> {
  let harness = await start();
  let isSound = true;
  return {
    isBridged: true,
    async harness(claim) {
      // Only an adapter that claims a figure is asked for it.
      if (claim === 'usage') return undefined;
      if (!isSound) {
        await harness.dispose();
        harness = await start();
        isSound = true;
      }
      const current = harness;
      return {
        adapter: current.adapter,
        scope: current.scope,
        run: async (scenario, judge) => {
          isSound = false;
          const record = await current.run(scenario, judge);
          isSound = true;
          return record;
        },
        dispose: () => current.dispose(),
      };
    },
    end: () => harness.dispose(),
  };
}

/** The same adapter, as if it claimed one capability more. */
function claiming(adapter: ProducerAdapter, claim: Capability | undefined): ProducerAdapter {
  if (claim === undefined) return adapter;
  const { name, supports, lingerMs, brokerSays } = adapter;
  return {
    name,
    supports: [...supports, claim],
    open: (context) => adapter.open(context),
    ...(adapter.errorKind && { errorKind: (error) => adapter.errorKind!(error) }),
    ...(adapter.chargedSize && { chargedSize: (message) => adapter.chargedSize!(message) }),
    ...(lingerMs !== undefined && { lingerMs }),
    ...(brokerSays && { brokerSays }),
  };
}

function shown(title: string, { name, supports }: ProducerAdapter): Pick<CheckResult, 'text'> {
  if (title === 'name') return { text: `"${name}"` };
  if (title !== 'supports') return {};
  return {
    text: supports.length === 0 ? 'nothing, which every producer can do' : supports.join(', '),
  };
}
