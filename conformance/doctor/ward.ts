// The benches of an examination: in process, with the claim under probe made for the adapter; over the bridge,
// where claims are the adapter's own, a fresh process after each fault.
import type { Capability } from '../../spec/settings.ts';
import { STRICT } from '../../spec/profile.ts';
import type { ProducerAdapter } from '../adapter.ts';
import type { Bench } from '../bench/bench.ts';
import { InProcessBench } from '../bench/in-process.ts';
import type { Settler } from '../bench/settle.ts';
import { AdapterFault } from '../bench/bench.ts';
import { ADAPTER_PARTS, faultOfPart, loadDefaultExport } from '../engine/load-adapter.ts';
import type { Ward } from './examine.ts';
import type { Finding } from './step.ts';

/** Loads an adapter module part by part. Absent: a part is wrong, as the findings say. */
export async function loadPartByPart(
  path: string,
  tell: (finding: Finding) => void,
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

/** Benches in this process. */
export function wardInProcess(
  adapter: ProducerAdapter,
  settler: Settler,
  beforeCase: () => void,
): Ward {
  return {
    isBridged: false,
    bench: async (claim) =>
      new InProcessBench(claiming(adapter, claim), STRICT, settler, beforeCase),
  };
}

/** Benches over the bridge. `start` starts a fresh adapter; the former one is ended first. */
export async function wardOverBridge(
  start: () => Promise<Bench>,
): Promise<Ward & { end(): Promise<void> }> {
  let bench = await start();
  let isSound = true;
  return {
    isBridged: true,
    async bench(claim) {
      // The figure is asked of those alone who say that they have one.
      if (claim === 'usage') return undefined;
      if (!isSound) {
        await bench.dispose();
        bench = await start();
        isSound = true;
      }
      const current = bench;
      return {
        adapter: current.adapter,
        scope: current.scope,
        run: async (tape, judge) => {
          isSound = false;
          const record = await current.run(tape, judge);
          isSound = true;
          return record;
        },
        dispose: () => current.dispose(),
      };
    },
    end: () => bench.dispose(),
  };
}

/** The same adapter, as if it claimed one capability more. */
function claiming(adapter: ProducerAdapter, claim: Capability | undefined): ProducerAdapter {
  if (claim === undefined) return adapter;
  const { name, supports, lingerMs } = adapter;
  return {
    name,
    supports: [...supports, claim],
    open: (context) => adapter.open(context),
    ...(adapter.errorKind && { errorKind: (error) => adapter.errorKind!(error) }),
    ...(adapter.chargedSize && { chargedSize: (message) => adapter.chargedSize!(message) }),
    ...(lingerMs !== undefined && { lingerMs }),
  };
}

function shown(title: string, { name, supports }: ProducerAdapter): Pick<Finding, 'text'> {
  if (title === 'name') return { text: `"${name}"` };
  if (title !== 'supports') return {};
  return {
    text: supports.length === 0 ? 'nothing, which every producer can do' : supports.join(', '),
  };
}
