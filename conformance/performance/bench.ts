// `npm run bench`: cases a second with every rule judged, beside the bare loop, which judges nothing, and
// fast-check's asyncModelRun; all on the same reference with the same stimuli. They take turns in one
// process, round by round, so that the ratios mean something even on a busy machine.
import fc from 'fast-check';
import { Judge } from '../../spec/check.ts';
import { STRICT } from '../../spec/profile.ts';
import { InProcessBench } from '../bench/in-process.ts';
import { VirtualSettler } from '../bench/settle.ts';
import { installVirtualTime, realNowMs } from '../bench/virtual-time.ts';
import type { Gap, Tape } from '../tape/stimulus.ts';
import { tapes } from '../tape/tapes.ts';
import { bareLoop } from './bare-case.ts';
import { modelRun } from './model-run.ts';

const ROUNDS = 40;
/** Rounds before the first that counts: the compiler takes its time. */
const WARM_UP = 10;
const CASES = 400;
/** Ten stimuli, of which seven settle. */
const GAPS: readonly Gap[] = [...Array<Gap>(6).fill('settle'), 'none', 1, 'none', 'settle'];

const time = installVirtualTime();
const { default: adapter } = await import('../adapters/reference.ts');
const settler = new VirtualSettler(time);
const bench = new InProcessBench(adapter, STRICT, settler, () => time.reset());
const judge = new Judge(STRICT);
const drawn = tapes({ ...bench.scope, gaps: GAPS });
Error.stackTraceLimit = 0;
process.on('unhandledRejection', () => {});

async function casesPerSecond(
  seed: number,
  run: (tape: Tape) => Promise<unknown>,
): Promise<number> {
  const property = fc.asyncProperty(drawn, async (tape) => void (await run(tape)));
  const startMs = realNowMs();
  await fc.check(property, { seed, numRuns: CASES });
  return (CASES / (realNowMs() - startMs)) * 1000;
}

const contenders = {
  kit: (tape: Tape) => bench.run(tape, judge),
  bare: (tape: Tape) => {
    time.reset();
    return bareLoop(adapter, tape, settler);
  },
  model: (tape: Tape) => {
    time.reset();
    return modelRun(adapter, tape, settler);
  },
};
const speeds = { kit: [] as number[], bare: [] as number[], model: [] as number[] };
for (let round = -WARM_UP; round < ROUNDS; round += 1) {
  for (const name of ['kit', 'bare', 'model'] as const) {
    const speed = await casesPerSecond(round, contenders[name]);
    if (round >= 0) speeds[name].push(speed);
  }
}

const { kit, bare, model } = speeds;
const against = (others: readonly number[]) => kit.map((value, at) => value / (others[at] ?? 1));
const figures = [
  ['kit, every rule judged', kit, 0],
  ['bare loop, nothing judged', bare, 0],
  ['fast-check asyncModelRun, nothing judged', model, 0],
  ['kit / bare loop', against(bare), 2],
  ['kit / asyncModelRun', against(model), 2],
] as const;
process.stdout.write('cases a second on one core, ten stimuli and seven settles a case\n');
for (const [name, values, digits] of figures) {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, middle, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  const shown = [least, middle, most].map((value) => value?.toFixed(digits).padStart(9)).join('');
  process.stdout.write(`${name.padEnd(42)} min, median, max ${shown}\n`);
}
