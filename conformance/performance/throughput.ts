// Cases a second: the kit with every rule judged, beside the bare loop, which judges nothing, and beside
// fast-check's own model runs; all on the same reference with the same steps. They take turns in one
// process, round by round, so that the ratios mean something even on a busy machine.
import fc from 'fast-check';
import { Judge } from '../../spec/check.ts';
import { STRICT } from '../../spec/model/profile.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import type { Pause, Scenario } from '../cases/step.ts';
import { scenarios } from '../cases/scenarios.ts';
import { bareLoop } from './bare-case.ts';
import { modelRun, scheduledRun } from './model-run.ts';
import { ratioOf, rowOf, type Row } from './row.ts';

const ROUNDS = 9;
/** Rounds before the first that counts: the compiler takes its time. */
const WARM_UP = 4;
/** Enough for garbage to be collected in every round. */
const CASES = 2_000;
/** Before the others enter: a compiler that has seen four ways to run a case runs each of them slower. */
const CASES_ALONE = 5_000;
/** Ten steps, of which seven settle. */
const PAUSES: readonly Pause[] = [...Array<Pause>(6).fill('settle'), 'none', 1, 'none', 'settle'];

const NAMES = ['kit', 'bare', 'model', 'scheduled'] as const;
type Contenders = Readonly<Record<(typeof NAMES)[number], fc.IAsyncProperty<unknown>>>;

/** One core; ten steps and seven settles a case. */
export async function throughput(): Promise<Row[]> {
  const contenders = await enter();
  const alone: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const speed = await casesPerSecond(contenders.kit, round, CASES_ALONE);
    if (round >= 0) alone.push(speed);
  }
  const speeds = { kit: [], bare: [], model: [], scheduled: [] } as Record<string, number[]>;
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const name of NAMES) {
      const speed = await casesPerSecond(contenders[name], round, CASES);
      if (round >= 0) speeds[name]?.push(speed);
    }
  }
  const { kit = [], bare = [], model = [], scheduled = [] } = speeds;
  return [
    rowOf('kit, every rule judged, alone in its process', '/s', alone),
    rowOf('kit, every rule judged, taking turns', '/s', kit),
    rowOf('bare loop, nothing judged', '/s', bare),
    rowOf('fast-check asyncModelRun, nothing judged', '/s', model),
    rowOf('fast-check scheduledModelRun, nothing judged', '/s', scheduled),
    ratioOf('kit / bare loop', kit, bare),
    ratioOf('kit / asyncModelRun', kit, model),
    ratioOf('kit / scheduledModelRun', kit, scheduled),
  ];
}

async function enter(): Promise<Contenders> {
  const time = installVirtualTime();
  const { default: adapter } = await import('../adapters/reference.ts');
  const settler = new VirtualSettler(time);
  const bench = new InProcessHarness(adapter, STRICT, settler, () => time.reset());
  const judge = new Judge(STRICT);
  const drawn = scenarios({ ...bench.scope, pauses: PAUSES });
  const property = (run: (scenario: Scenario) => Promise<unknown>) =>
    fc.asyncProperty(drawn, async (scenario) => {
      time.reset();
      await run(scenario);
    });
  return {
    kit: property((scenario) => bench.run(scenario, judge)),
    bare: property((scenario) => bareLoop(adapter, scenario, settler)),
    model: property((scenario) => modelRun(adapter, scenario, settler)),
    scheduled: fc.asyncProperty(drawn, fc.scheduler(), async (scenario, scheduler) => {
      time.reset();
      await scheduledRun(adapter, scenario, settler, scheduler);
    }),
  };
}

/** Of processor time: what one core does that is left alone. */
async function casesPerSecond(
  property: fc.IAsyncProperty<unknown>,
  seed: number,
  numRuns: number,
): Promise<number> {
  const start = process.cpuUsage();
  const { failed, errorInstance } = await fc.check(property, { seed, numRuns });
  if (failed) throw errorInstance;
  const { user, system } = process.cpuUsage(start);
  return (numRuns / (user + system)) * 1_000_000;
}
