// The in-process harness: subjects in this very process, a scripted broker, and a settler for their time.
import type { Judge } from '../../../spec/check.ts';
import { STRICT, type Profile } from '../../../spec/model/profile.ts';
import type { ProducerAdapter } from '../../adapter.ts';
import type { ScenarioScope } from '../../cases/scope.ts';
import type { Step, Scenario } from '../../cases/step.ts';
import { ScriptedBroker, scriptedDriver } from '../brokers/scripted-broker.ts';
import { Case } from '../case.ts';
import type { Harness, CaseRecord } from '../harness.ts';
import { VirtualSettler, type Settler } from './settle.ts';
import { chargeReader, LocalSubject } from './subject.ts';
import { installVirtualTime } from './virtual-time.ts';

/**
 * Runs the adapter's producers on virtual time, which takes over the timers and the clock of this process for good.
 * Scenarios for it come from `scenarios(harness.scope)`. Default profile: `STRICT`.
 */
export function virtualHarness(adapter: ProducerAdapter, profile: Profile = STRICT): Harness {
  const time = installVirtualTime();
  const settler = new VirtualSettler(time, adapter.lingerMs);
  return new InProcessHarness(adapter, profile, settler, () => time.reset());
}

/** Runs an adapter's producers in this process. */
export class InProcessHarness implements Harness {
  readonly adapter: string;
  readonly scope: ScenarioScope;
  readonly #adapter: ProducerAdapter;
  readonly #settler: Settler;
  readonly #beforeCase: () => void;

  /** `beforeCase` restores whatever cases must not inherit from one another, such as the clock. */
  constructor(adapter: ProducerAdapter, profile: Profile, settler: Settler, beforeCase = () => {}) {
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
      ...(chargedSize && { chargedSize }),
    };
  }

  run(scenario: Scenario, judge: Judge): Promise<CaseRecord> {
    return this.runSteps(scenario, scenario, judge);
  }

  /** Runs steps that are chosen on the way; `contents` holds whatever they may be, its `open` first. */
  runSteps(contents: Scenario, steps: Iterable<Step>, judge: Judge): Promise<CaseRecord> {
    this.#beforeCase();
    const one = new Case(contents, judge);
    const canLose = contents.some((step) => step.do === 'lose');
    const broker = new ScriptedBroker(
      (packet) => one.record({ event: 'receive', packet }),
      canLose,
    );
    const { chargedSize } = this.scope;
    const opening = { adapter: this.#adapter, chargedSize, settler: this.#settler, broker };
    const subject = new LocalSubject(opening, one, contents);
    const driver = scriptedDriver(broker, one);
    return one.run({ subject, broker: driver, clock: this.#settler }, steps);
  }

  async dispose(): Promise<void> {}
}
