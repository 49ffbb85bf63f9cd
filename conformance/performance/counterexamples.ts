// From a seeded bug to its shrunk counterexample: how long until the first case breaks the rule, and from
// there to the shortest case that does.
import { CATALOGUE, findRule } from '../../spec/catalogue.ts';
import { STRICT } from '../../spec/model/profile.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime, realNowMs } from '../harness/in-process/virtual-time.ts';
import { runCampaign } from '../engine/campaign.ts';
import { shrink } from '../engine/shrink.ts';
import { rowOf, type Row } from './row.ts';

const ROUNDS = 20;
const WARM_UP = 3;
/** The race is found within this many cases, whatever the seed. */
const CASES = 200;
const BUDGET_MS = 10_000;

/** A window with one `await` between its check and its charge. */
export async function counterexamples(): Promise<Row[]> {
  const time = installVirtualTime();
  const { racyWindow } = await import('../fixtures/racy-window.ts');
  const harness = new InProcessHarness(racyWindow, STRICT, new VirtualSettler(time), () =>
    time.reset(),
  );
  const rule = findRule('WIN-1');
  if (!rule) throw new Error('the catalogue has no WIN-1');
  const finding: number[] = [];
  const shrinking: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const startMs = realNowMs();
    let foundMs = Number.NaN;
    const onFinding = (found: { rule: string }) => {
      if (found.rule === rule.id) foundMs = realNowMs();
    };
    const plan = { rules: CATALOGUE, cases: CASES, seed: round, onFinding };
    const { failing } = await runCampaign(harness, plan);
    const scenario = failing.get(rule.id)?.scenario;
    if (!scenario) throw new Error(`seed ${round} did not find the race in ${CASES} cases`);
    const shrinkMs = realNowMs();
    await shrink(harness, scenario, rule, CATALOGUE, { ms: BUDGET_MS });
    if (round < 0) continue;
    finding.push(foundMs - startMs);
    shrinking.push(realNowMs() - shrinkMs);
  }
  return [
    rowOf('a race one await wide: found after', 'ms', finding),
    rowOf('from the violation to the shrunk case', 'ms', shrinking),
    rowOf(
      'both',
      'ms',
      finding.map((ms, at) => ms + (shrinking[at] ?? Number.NaN)),
    ),
  ];
}
