// fast-check's own model runs on the same reference and the same stimuli, with no rule judged: what the
// speed of the kit is measured against. Each send has an AbortController of its own, as a user would give it.
import fc from 'fast-check';
import type { ProducerAdapter, SendOptions } from '../adapter.ts';
import type { VirtualSettler } from '../bench/settle.ts';
import type { Stimulus, Tape } from '../tape/stimulus.ts';
import { BareCase, type CaseSignals } from './bare-case.ts';

/** Runs one tape by `fc.asyncModelRun`. */
export async function modelRun(
  adapter: ProducerAdapter,
  tape: Tape,
  settler: VirtualSettler,
): Promise<void> {
  const real = new BareCase(tape, settler, new PlainSignals());
  await fc.asyncModelRun(() => opened(real, adapter, tape), commandsOf(tape));
  real.close();
}

/** Runs one tape by `fc.scheduledModelRun`. */
export async function scheduledRun(
  adapter: ProducerAdapter,
  tape: Tape,
  settler: VirtualSettler,
  scheduler: fc.Scheduler,
): Promise<void> {
  const real = new BareCase(tape, settler, new PlainSignals());
  await fc.scheduledModelRun(scheduler, () => opened(real, adapter, tape), commandsOf(tape));
  real.close();
}

async function opened(real: BareCase, adapter: ProducerAdapter, tape: Tape) {
  await real.open(adapter, tape);
  return { model: {}, real };
}

function commandsOf(tape: Tape): StimulusCommand[] {
  return tape.map((step) => new StimulusCommand(step));
}

/** One stimulus as a command. */
class StimulusCommand implements fc.AsyncCommand<object, BareCase> {
  readonly #step: Stimulus;

  constructor(step: Stimulus) {
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

  optionsFor(id: string, onComplete: SendOptions['onComplete']): SendOptions {
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    const { signal } = controller;
    return onComplete ? { signal, onComplete } : { signal };
  }

  abort(id: string): void {
    this.#controllers.get(id)?.abort();
  }
}
