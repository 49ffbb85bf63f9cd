// Proof by control, in real time, where nothing lets a call go that the kit could send: the case is repeated with the
// one thing changed that is held responsible. If the call goes each time without it, and each time waits long with
// it, that is what it waits for, and no slowness.
import { Judge } from '../../spec/check.ts';
import type { Rule } from '../../spec/rule.ts';
import type { Scenario, Step } from '../cases/step.ts';
import type { Harness } from '../harness/harness.ts';
import { hasCome, type ProofCache } from '../harness/proof.ts';
import type { Shrunk } from './shrink.ts';

/** Times that the case and its control are run, by turns. */
const REPETITIONS = 3;
/** On a machine where a call would have to wait for more milliseconds nothing can be proven. */
const MOST_WAIT_MS = 10_000;

/** One thing that is held responsible, and the case without it. */
interface Control {
  /** What is done in its place, in words that follow "with". */
  readonly what: string;
  readonly scenario: Scenario;
}

/** Proves that the subject breaks a rule. Resolves to the proof in words; absent: there is none. */
export async function proofByControl(
  harness: Harness,
  shrunk: Shrunk,
  rules: readonly Rule[],
): Promise<string | undefined> {
  const { proofs } = harness;
  if (!proofs || shrunk.history[shrunk.breach.at]?.event !== 'settle') return undefined;
  for (const control of controlsOf(shrunk)) {
    const trial = new Trial(harness, proofs, rules);
    if (await trial.tells(shrunk, control.scenario))
      return `with ${control.what} that is not so, in ${REPETITIONS} of ${REPETITIONS} tries each`;
  }
  return undefined;
}

/** A case against its control. */
class Trial {
  readonly #harness: Harness;
  readonly #proofs: ProofCache;
  readonly #rules: readonly Rule[];
  #longestMs = 0;

  constructor(harness: Harness, proofs: ProofCache, rules: readonly Rule[]) {
    this.#harness = harness;
    this.#proofs = proofs;
    this.#rules = rules;
  }

  /** Whether the call waits in the one, and goes in the other, each time. */
  async tells({ scenario, breach }: Shrunk, control: Scenario): Promise<boolean> {
    const waitedMs: number[] = [];
    for (let n = 0; n < REPETITIONS; n += 1) {
      const goes = await this.#run(control, this.#neededMs);
      this.#longestMs = Math.max(this.#longestMs, goes.longestMs);
      const { breaches, history } = goes.record;
      const isCall = breach.op !== undefined;
      if (breaches.length > 0 || (isCall && !hasCome({ ...breach, at: 0 }, history))) return false;
      if (this.#neededMs > MOST_WAIT_MS) return false;
      const waits = await this.#run(scenario, this.#neededMs);
      if (waits.record.breaches.every(({ rule }) => rule !== breach.rule)) return false;
      waitedMs.push(this.#neededMs);
    }
    return waitedMs.every((ms) => ms >= this.#neededMs);
  }

  /** How long a call must wait: for the grace, and many times the longest that anything took in a control. */
  get #neededMs(): number {
    const { graceMs, timesTheLongest } = this.#proofs.waits;
    return Math.max(graceMs, timesTheLongest * this.#longestMs);
  }

  async #run(scenario: Scenario, ms: number) {
    const judge = new Judge(this.#harness.scope.profile, this.#rules);
    const run = () => this.#harness.run(scenario, judge);
    const [record, longestMs] = await this.#proofs.patiently(ms, run);
    return { record, longestMs };
  }
}

/** Answers everything, so that nothing waits for that: one by one where answers can be told apart. */
function answersTo(scenario: Scenario): readonly Step[] {
  const pause = 'settle' as const;
  const ofMessages = scenario.flatMap((step) =>
    step.do === 'send' ? [{ do: 'ack' as const, id: step.id, pause }] : [],
  );
  const ofCalls = (['begin', 'commit', 'rollback'] as const).map((of) => ({
    do: 'ack' as const,
    of,
    pause,
  }));
  return [...ofCalls, ...ofMessages, { do: 'ack', pause }, ...ofCalls];
}

function controlsOf({ scenario, history, breach }: Shrunk): readonly Control[] {
  const has = (what: Step['do']) => scenario.some((step) => step.do === what);
  const acked = scenario.map((step) => (step.do === 'refuse' ? { ...step, do: 'ack' } : step));
  const kept = scenario.flatMap((step) => (step.do === 'lose' ? answersTo(scenario) : step));
  const calm = scenario.map((step) => ({ ...step, pause: 'settle' }));
  const invoked = history.find((event) => event.event === 'invoke' && event.op === breach.op);
  const id = invoked?.event === 'invoke' ? invoked.message?.id : undefined;
  const isOfCall = (step: Step) => step.do === 'send' && step.id === id;
  const later = [...scenario.filter((step) => !isOfCall(step)), ...scenario.filter(isOfCall)];
  return [
    ...(has('refuse') ? [controlOf('an ack in place of each refusal', acked)] : []),
    ...(has('lose') ? [controlOf('answers in place of the loss', kept)] : []),
    ...(has('ack') && id !== undefined
      ? [controlOf('its send made after the answers', later)]
      : []),
    ...(scenario.some(({ pause }, at) => at > 0 && pause !== 'settle')
      ? [controlOf('a settle point between any two steps', calm)]
      : []),
  ];
}

function controlOf(what: string, steps: readonly unknown[]): Control {
  return { what, scenario: [...(steps as Scenario), ...answersTo(steps as Scenario)] };
}
