// `npm run bench`: cases a second with every rule judged, beside fast-check's asyncModelRun on the same
// reference with the same stimuli. Both run in turn in one process, so that the ratio means something.
import fc from 'fast-check';
import { Judge } from '../../spec/check.ts';
import { STRICT } from '../../spec/profile.ts';
import { InProcessBench } from '../bench/in-process.ts';
import { VirtualSettler } from '../bench/settle.ts';
import { installVirtualTime, realNowMs } from '../bench/virtual-time.ts';
import type { Tape } from '../tape/stimulus.ts';
import { tapes } from '../tape/tapes.ts';
import { modelRun } from './model-run.ts';

const ROUNDS = 9;
/** Rounds before the first that counts: the compiler takes its time. */
const WARM_UP = 3;
const CASES = 4_000;
const STIMULI = 10;
const SETTLES = 7;

const time = installVirtualTime();
const { default: adapter } = await import('../adapters/reference.ts');
const settler = new VirtualSettler(time);
const bench = new InProcessBench(adapter, STRICT, settler, () => time.reset());
Error.stackTraceLimit = 0;
process.on('unhandledRejection', () => {});

/** Tapes of ten stimuli, of which seven settle. */
const measured = tapes({ ...bench.scope, exactSteps: STIMULI }).map((tape): Tape =>
  tape.map((step, at) =>
    at === 0
      ? step
      : { ...step, gap: at % 10 < SETTLES ? 'settle' : step.gap === 'settle' ? 'none' : step.gap },
  ),
);

async function casesPerSecond(
  seed: number,
  run: (tape: Tape) => Promise<unknown>,
): Promise<number> {
  const startMs = realNowMs();
  await fc.check(
    fc.asyncProperty(measured, async (tape) => void (await run(tape))),
    { seed, numRuns: CASES },
  );
  return (CASES / (realNowMs() - startMs)) * 1000;
}

const judge = new Judge(STRICT);
const kit: number[] = [];
const model: number[] = [];
for (let round = -WARM_UP; round < ROUNDS; round += 1) {
  const ours = await casesPerSecond(round + WARM_UP, (tape) => bench.run(tape, judge));
  const theirs = await casesPerSecond(round + WARM_UP, async (tape) => {
    time.reset();
    await modelRun(adapter, tape, settler);
  });
  if (round < 0) continue;
  kit.push(ours);
  model.push(theirs);
}

const ratios = kit.map((value, at) => value / (model[at] ?? Number.NaN));
const figures = [
  ['kit, every rule judged', kit, 0],
  ['fast-check asyncModelRun, nothing judged', model, 0],
  ['ratio', ratios, 2],
] as const;
process.stdout.write(
  `cases a second on one core, ${STIMULI} stimuli and ${SETTLES} settles a case\n`,
);
for (const [name, values, digits] of figures) {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, middle, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  const shown = [least, middle, most].map((value) => value?.toFixed(digits).padStart(9)).join('');
  process.stdout.write(`${name.padEnd(42)} min, median, max ${shown}\n`);
}
