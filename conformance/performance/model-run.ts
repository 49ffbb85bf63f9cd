// fast-check's own model run on the same reference and the same stimuli, with no rule judged: what the
// speed of the kit is measured against. It makes the same calls and settles by the same settler.
import fc from 'fast-check';
import type { BrokerPort, ProducerAdapter, ProducerSubject } from '../adapter.ts';
import { messageKey, ScriptedBroker, transactionKey } from '../bench/scripted-broker.ts';
import type { VirtualSettler } from '../bench/settle.ts';
import { messageOf } from '../tape/messages.ts';
import { settingsOf, type Stimulus, type Tape } from '../tape/stimulus.ts';

interface Real {
  readonly broker: ScriptedBroker & BrokerPort;
  readonly subject: ProducerSubject;
  readonly controllers: Map<string, AbortController>;
  lastTransaction: string;
  observed: number;
}

const ignore = () => {};

/** One stimulus as a command. */
class StimulusCommand implements fc.AsyncCommand<object, Real> {
  readonly #step: Stimulus;
  readonly #settler: VirtualSettler;

  constructor(step: Stimulus, settler: VirtualSettler) {
    this.#step = step;
    this.#settler = settler;
  }

  check(): boolean {
    return true;
  }

  async run(_: object, real: Real): Promise<void> {
    const { gap } = this.#step;
    this.#apply(real);
    const seen = { observed: real.observed, recordAdvance: ignore };
    if (gap === 'settle') await this.#settler.settle(seen);
    else if (typeof gap === 'number') for (let n = gap; n > 0; n -= 1) await undefined;
  }

  #apply(real: Real): void {
    const { subject, broker } = real;
    const step = this.#step;
    switch (step.do) {
      case 'send':
        return this.#send(step, real);
      case 'begin':
      case 'commit':
      case 'rollback':
        return void subject[step.do]?.().then(ignore, ignore);
      case 'close':
        return void subject.close().then(ignore, ignore);
      case 'interrupt':
        return real.controllers.get(step.id)?.abort();
      case 'ack':
      case 'refuse': {
        const key = step.of
          ? transactionKey(step.of, real.lastTransaction)
          : messageKey(step.id ?? '');
        return broker[step.do](key, 'refused');
      }
      case 'lose':
        return broker.lose();
      case 'advance':
        return this.#settler.advance(step.ms, { observed: 0, recordAdvance: ignore });
      case 'open':
        return undefined;
    }
  }

  #send(step: Extract<Stimulus, { do: 'send' }>, real: Real): void {
    const controller = new AbortController();
    real.controllers.set(step.id, controller);
    const onComplete = step.completion ? ignore : undefined;
    const options = { signal: controller.signal, ...(onComplete && { onComplete }) };
    real.subject.send(messageOf(step), options).then(ignore, ignore);
  }
}

/** Runs one tape by `fc.asyncModelRun`. */
export async function modelRun(
  adapter: ProducerAdapter,
  tape: Tape,
  settler: VirtualSettler,
): Promise<void> {
  const commands = tape.map((step) => new StimulusCommand(step, settler));
  await fc.asyncModelRun(async () => ({ model: {}, real: await open(adapter, tape) }), commands);
}

async function open(adapter: ProducerAdapter, tape: Tape): Promise<Real> {
  const broker: ScriptedBroker = new ScriptedBroker((packet) => {
    if (packet.type !== 'message') real.lastTransaction = packet.transaction;
    real.observed += 1;
  });
  const subject = await adapter.open({ settings: settingsOf(tape), broker, onAsyncError: ignore });
  const real: Real = { broker, subject, controllers: new Map(), lastTransaction: '', observed: 0 };
  return real;
}
