// The in-process harness: subjects in this very process, a scripted broker, and a settler for their time.
import { Judge } from '../../../spec/check.ts';
import { STRICT, type Profile } from '../../../spec/model/profile.ts';
import type { Packet, ProducerAdapter } from '../../adapter.ts';
import type { ScenarioScope } from '../../cases/scope.ts';
import type { Sayable } from '../../cases/sayable.ts';
import { openingOf, type Step, type Scenario } from '../../cases/step.ts';
import { answerAnew, ScriptedBroker, scriptedDriver } from '../brokers/scripted-broker.ts';
import { Case } from '../case.ts';
import { Companion } from '../companion.ts';
import type { Harness, CaseRecord } from '../harness.ts';
import type { BrokerDriver, ClockPort, Ports } from '../ports.ts';
import { ProofCache } from '../proof.ts';
import { Crossings } from './crossings.ts';
import { OutsideClock } from './outside-clock.ts';
import { NOTHING, VirtualSettler, type Settler } from './settle.ts';
import { chargeReader, LocalSubject, type Opening } from './subject.ts';
import { installVirtualTime } from './virtual-time.ts';
import { asWritten } from './wire.ts';

/** Milliseconds of grace in a case that can change no verdict. */
const SETTLED_MS = 5;

/**
 * Runs the adapter's producers on virtual time, which takes over the timers and the clock of this process for good.
 * Scenarios for it come from `scenarios(harness.scope)`. Default profile: `STRICT`.
 */
export function virtualHarness(adapter: ProducerAdapter, profile: Profile = STRICT): Harness {
  const time = installVirtualTime();
  const crossings = new Crossings().watch();
  const settler = new VirtualSettler(time, adapter.lingerMs, crossings);
  return new InProcessHarness(adapter, profile, settler, () => time.reset(), crossings);
}

/** Runs an adapter's producers in this process. */
export class InProcessHarness implements Harness {
  readonly adapter: string;
  readonly scope: ScenarioScope;
  readonly #adapter: ProducerAdapter;
  readonly #settler: Settler;
  readonly #beforeCase: () => void;
  readonly #crossings: Crossings | undefined;
  readonly #cache = new ProofCache({ settledMs: SETTLED_MS });
  /** A second producer waits for the first to close, or is refused: from then on each is alone. */
  #opensOne = false;

  /**
   * `beforeCase` restores whatever cases must not inherit from one another, such as the clock. `crossings`: watched
   * since before the adapter was loaded; absent: the subject is taken to stay on this thread.
   */
  constructor(
    adapter: ProducerAdapter,
    profile: Profile,
    settler: Settler,
    beforeCase = () => {},
    crossings?: Crossings,
  ) {
    this.#crossings = crossings;
    this.adapter = adapter.name;
    this.#adapter = adapter;
    this.#settler = settler;
    this.#beforeCase = beforeCase;
    const chargedSize = chargeReader(adapter);
    this.scope = {
      profile,
      supports: adapter.supports,
      answers: 'scripted',
      maxSteps: 120,
      ...(adapter.resends && { resends: adapter.resends }),
      ...(chargedSize && { chargedSize }),
      ...(adapter.brokerSays && { sayable: adapter.brokerSays }),
    };
  }

  get isOutside(): boolean {
    return this.#crossings?.isOutside ?? false;
  }

  get proofs(): ProofCache | undefined {
    return this.isOutside ? this.#cache : undefined;
  }

  /** Runs scenarios once more, if nobody watched when they were run first, and tells whether one leaves its thread. */
  async crosses(all: Iterable<Scenario>): Promise<boolean> {
    if (this.isOutside || !this.#crossings) return this.isOutside;
    for (const scenario of all) {
      this.#crossings.watch();
      await this.run(scenario, new Judge(this.scope.profile, []));
      if (this.isOutside) return true;
    }
    return false;
  }

  run(scenario: Scenario, judge: Judge): Promise<CaseRecord> {
    return this.#fresh(scenario, scenario, judge, () => this.#timersOfOne(scenario));
  }

  /** Runs steps that are chosen on the way; `contents` holds whatever they may be, its `open` first. */
  runSteps(contents: Scenario, steps: Iterable<Step>, judge: Judge): Promise<CaseRecord> {
    const timersLeft = async () => (this.#settler.timersLeft() === 0 ? 0 : undefined);
    return this.#fresh(contents, steps, judge, timersLeft);
  }

  #fresh(
    contents: Scenario,
    steps: Iterable<Step>,
    judge: Judge,
    timersLeft: Opening['timersLeft'],
  ): Promise<CaseRecord> {
    const play = () => {
      this.#beforeCase();
      return this.#play(contents, steps, judge, timersLeft);
    };
    return this.#crossings ? this.#crossings.during(play) : play();
  }

  async #play(
    contents: Scenario,
    steps: Iterable<Step>,
    judge: Judge,
    timersLeft: Opening['timersLeft'],
  ): Promise<CaseRecord> {
    const { company } = openingOf(contents);
    if (company?.when === 'before') await this.#playBefore(company.scenario);
    const isBeside = company?.when === 'beside' && !this.#opensOne;
    const companion = isBeside ? this.#companion(company.scenario) : undefined;
    const one = new Case(contents, judge, companion);
    // Nobody can tell whose timers are left.
    const ports = this.#portsOf(one, contents, { timersLeft: company ? untold : timersLeft });
    const record = await one.run({ ...ports, clock: this.#clockOf(one, ports.broker) }, steps);
    if (companion && !companion.hasOpened) this.#opensOne = true;
    return record;
  }

  #portsOf(one: Case, contents: Scenario, opening: Partial<Opening>): Omit<Ports, 'clock'> {
    const { chargedSize, sayable } = this.scope;
    const receive = (packet: Packet) => {
      one.observe({ event: 'receive', packet: asWritten(packet) });
      answerAnew(packet, broker, one);
    };
    const broker: ScriptedBroker = new ScriptedBroker(receive, isLossHeard(contents, sayable));
    const settler = this.#settler;
    const adapter = this.#adapter;
    const common = { adapter, chargedSize, settler, broker, timersLeft: untold };
    const subject = new LocalSubject({ ...common, ...opening }, one, contents);
    return { subject, broker: scriptedDriver(broker, one, subject, sayable) };
  }

  /** Another producer has its whole case, and is closed, before the one that is judged is opened. */
  async #playBefore(scenario: Scenario): Promise<void> {
    const before = new Case(scenario, this.#nobody);
    await before.run({ ...this.#portsOf(before, scenario, {}), clock: this.#settler });
    await this.#settler.settle(NOTHING);
  }

  #companion(scenario: Scenario): Companion {
    const own = new Case(scenario, this.#nobody);
    const settler = this.#settler;
    // It may have to wait for the other one to close, and takes no time of anybody's.
    const directly: Opening['settler'] = {
      open: (adapter, context) => adapter.open(context),
      untilClosed: (closing) => settler.untilClosed(closing),
    };
    const ports = this.#portsOf(own, scenario, { settler: directly });
    return new Companion(own, scenario, ports, settler);
  }

  /** Follows a case that nobody judges. */
  get #nobody(): Judge {
    return new Judge(this.scope.profile, []);
  }

  #clockOf(one: Case, broker: BrokerDriver): ClockPort {
    const settler = this.#settler;
    const crossings = this.#crossings;
    if (!crossings?.isPossible || !(settler instanceof VirtualSettler)) return settler;
    return new OutsideClock(one, broker, settler, crossings, this.#cache);
  }

  /**
   * Timers that a second producer leaves besides, after the same calls: those that producers share, such as a clock
   * that the first one starts, are none of them. No time passes for it, which would run those of the first.
   */
  async #timersOfOne(scenario: Scenario): Promise<number | undefined> {
    const first = this.#settler.timersLeft();
    if (first === 0) return 0;
    if (this.isOutside) return undefined;
    const again = scenario.filter((step) => step.do !== 'advance');
    await this.#play(again, again, this.#nobody, untold);
    return Math.max(0, this.#settler.timersLeft() - first);
  }

  async dispose(): Promise<void> {
    this.#crossings?.rest();
  }
}

const untold: Opening['timersLeft'] = async () => undefined;

/** Fewer sends leave no more listeners than a producer may keep. */
const MANY = 6;

/** Whether anybody asks who listens for the loss: it comes, or a producer that has sent much is closed. */
function isLossHeard(contents: Scenario, sayable: Sayable | undefined): boolean {
  const count = (what: Step['do']) => contents.filter((step) => step.do === what).length;
  if (sayable?.refusalEndsConnection) return true;
  return count('lose') + count('cut') > 0 || (count('close') > 0 && count('send') >= MANY);
}
