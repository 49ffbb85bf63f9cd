// One contender of the throughput bench, in a process of its own: it waits for its turns, and answers each with
// its cases a second. The scenarios of a round are the same for all.
import fc from 'fast-check';
import { Judge } from '../../spec/check.ts';
import { STRICT } from '../../spec/model/profile.ts';
import type { Pause, Scenario } from '../cases/step.ts';
import { scenarios } from '../cases/scenarios.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { bareLoop } from './bare-case.ts';
import { modelRun, scheduledRun } from './model-run.ts';
import type { Contender, Turn } from './throughput.ts';

/** Ten steps, of which seven settle. */
const PAUSES: readonly Pause[] = [...Array<Pause>(6).fill('settle'), 'none', 1, 'none', 'settle'];

async function propertyOf(contender: Contender): Promise<fc.IAsyncProperty<unknown>> {
  const time = installVirtualTime();
  const { default: adapter } = await import('../adapters/reference.ts');
  const settler = new VirtualSettler(time);
  const harness = new InProcessHarness(adapter, STRICT, settler, () => time.reset());
  const judge = new Judge(STRICT);
  const drawn = scenarios({ ...harness.scope, pauses: PAUSES });
  const property = (run: (scenario: Scenario) => Promise<unknown>) =>
    fc.asyncProperty(drawn, async (scenario) => {
      time.reset();
      await run(scenario);
    });
  switch (contender) {
    case 'kit':
      return property((scenario) => harness.run(scenario, judge));
    case 'bare':
      return property((scenario) => bareLoop(adapter, scenario, settler));
    case 'model':
      return property((scenario) => modelRun(adapter, scenario, settler));
    case 'scheduled':
      return fc.asyncProperty(drawn, fc.scheduler(), async (scenario, scheduler) => {
        time.reset();
        await scheduledRun(adapter, scenario, settler, scheduler);
      });
  }
}

/** Cases a second of processor time: what one core does that is left alone. */
async function casesPerSecond({ seed, cases }: Turn): Promise<number> {
  const start = process.cpuUsage();
  const { failed, errorInstance } = await fc.check(await property, { seed, numRuns: cases });
  if (failed) throw errorInstance;
  const { user, system } = process.cpuUsage(start);
  return (cases / (user + system)) * 1_000_000;
}

Error.stackTraceLimit = 0;
process.on('unhandledRejection', () => {});
const property = propertyOf(process.argv[2] as Contender);
process.on('message', (turn: Turn) => {
  casesPerSecond(turn).then(
    (speed) => process.send?.(speed),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
