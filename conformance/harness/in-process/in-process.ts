// The in-process harness: subjects in this very process, a scripted broker, and a settler for their time.
import type { Judge } from '../../../spec/check.ts';
import type { Profile } from '../../../spec/model/profile.ts';
import type { ProducerAdapter } from '../../adapter.ts';
import type { ScenarioScope } from '../../cases/scope.ts';
import type { Step, Scenario } from '../../cases/step.ts';
import type { Harness, CaseRecord } from '../harness.ts';
import { Case } from './case.ts';
import type { Settler } from './settle.ts';
import { chargeReader } from './subject.ts';

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
    this.#beforeCase();
    return new Case(this.#adapter, judge, this.#settler, scenario).run();
  }

  /** Runs steps that are chosen on the way; `contents` holds whatever they may be, its `open` first. */
  async runSteps(contents: Scenario, steps: Iterable<Step>, judge: Judge): Promise<CaseRecord> {
    this.#beforeCase();
    return new Case(this.#adapter, judge, this.#settler, contents).run(steps);
  }

  async dispose(): Promise<void> {}
}
