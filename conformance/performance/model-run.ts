// fast-check's own model runs on the same reference and the same steps, with no rule judged: what the
// speed of the kit is measured against. Each send has an AbortController of its own, as a user would give it.
import fc from 'fast-check';
import type { ProducerAdapter, SendOptions } from '../adapter.ts';
import type { VirtualSettler } from '../harness/in-process/settle.ts';
import type { SendStep, Step, Scenario } from '../cases/step.ts';
import { BareCase, type CaseSignals } from './bare-case.ts';

/** Runs one scenario by `fc.asyncModelRun`. */
export async function modelRun(
  adapter: ProducerAdapter,
  scenario: Scenario,
  settler: VirtualSettler,
): Promise<void> {
  const real = new BareCase(scenario, settler, new PlainSignals());
  await fc.asyncModelRun(() => opened(real, adapter, scenario), commandsOf(scenario));
  real.close();
}

/** Runs one scenario by `fc.scheduledModelRun`. */
export async function scheduledRun(
  adapter: ProducerAdapter,
  scenario: Scenario,
  settler: VirtualSettler,
  scheduler: fc.Scheduler,
): Promise<void> {
  const real = new BareCase(scenario, settler, new PlainSignals());
  await fc.scheduledModelRun(
    scheduler,
    () => opened(real, adapter, scenario),
    commandsOf(scenario),
  );
  real.close();
}

async function opened(real: BareCase, adapter: ProducerAdapter, scenario: Scenario) {
  await real.open(adapter, scenario);
  return { model: {}, real };
}

function commandsOf(scenario: Scenario): StepCommand[] {
  return scenario.map((step) => new StepCommand(step));
}

/** One step as a command. */
class StepCommand implements fc.AsyncCommand<object, BareCase> {
  readonly #step: Step;

  constructor(step: Step) {
    this.#step = step;
  }

  check(): boolean {
    return true;
  }

  run(_: object, real: BareCase): Promise<void> {
    return real.play(this.#step);
  }
}

/** An AbortController for each send. */
class PlainSignals implements CaseSignals {
  readonly #controllers = new Map<string, AbortController>();

  optionsFor({ id }: Pick<SendStep, 'id'>, onComplete: SendOptions['onComplete']): SendOptions {
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    const { signal } = controller;
    return onComplete ? { signal, onComplete } : { signal };
  }

  abort(id: string): void {
    this.#controllers.get(id)?.abort();
  }
}
