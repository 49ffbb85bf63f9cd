// A case that nobody watches: the steps of a scenario on a fresh producer, without a record and without a
// judge. It makes the same calls and settles by the same settler as the kit's own cases.
import type { ProducerAdapter, ProducerSubject } from '../adapter.ts';
import { messageKey, ScriptedBroker, transactionKey } from '../harness/brokers/scripted-broker.ts';
import type { VirtualSettler } from '../harness/in-process/settle.ts';
import type { Observed } from '../harness/ports.ts';
import { Signals } from '../harness/in-process/signals.ts';
import {
  type AnswerStep,
  messageOf,
  type Scenario,
  type SendStep,
  settingsOf,
  type Step,
} from '../cases/step.ts';

const ignore = () => {};

/** Where sends get their signals from, and how they are interrupted. */
export type CaseSignals = Pick<Signals, 'optionsFor' | 'abort'>;

/** One producer and its broker. */
export class BareCase implements Observed {
  readonly #settler: VirtualSettler;
  readonly #broker: ScriptedBroker;
  readonly #signals: CaseSignals;
  #subject!: ProducerSubject;
  #lastTransaction = '';
  /** Packets that the broker has received: what settling looks at. */
  observed = 0;

  constructor(scenario: Scenario, settler: VirtualSettler, signals: CaseSignals) {
    this.#settler = settler;
    this.#signals = signals;
    const canLose = scenario.some((step) => step.do === 'lose');
    this.#broker = new ScriptedBroker((packet) => {
      if (packet.type !== 'message') this.#lastTransaction = packet.transaction;
      this.observed += 1;
    }, canLose);
  }

  async open(adapter: ProducerAdapter, scenario: Scenario): Promise<void> {
    const context = { settings: settingsOf(scenario), broker: this.#broker, onAsyncError: ignore };
    this.#subject = await this.#settler.open(adapter, context);
  }

  recordAdvance(): void {}

  /** Makes a step, then lets its pause pass. */
  async play(step: Step): Promise<void> {
    await this.#apply(step);
    if (step.pause === 'settle') await this.#settler.settle(this);
    else if (typeof step.pause === 'number')
      for (let n = step.pause; n > 0; n -= 1) await undefined;
  }

  close(): void {
    this.#subject.close().then(ignore, ignore);
  }

  #apply(step: Step): Promise<void> | void {
    switch (step.do) {
      case 'send':
        return this.#send(step);
      case 'begin':
      case 'commit':
      case 'rollback':
        return void this.#subject[step.do]?.().then(ignore, ignore);
      case 'close':
        return this.close();
      case 'interrupt':
        return this.#signals.abort(step.id);
      case 'ack':
      case 'refuse':
        return this.#answer(step);
      case 'lose':
        return this.#broker.lose();
      case 'advance':
        return this.#settler.advance(step.ms, this);
      default:
        return undefined; // The opening; cut and restore are for a gate.
    }
  }

  #send(step: SendStep): void {
    const completion = step.completion === true || step.nested !== undefined;
    const options = this.#signals.optionsFor(step, completion ? ignore : undefined);
    this.#subject.send(messageOf(step), options).then(ignore, ignore);
  }

  #answer(step: AnswerStep): void {
    const key = step.of
      ? transactionKey(step.of, this.#lastTransaction)
      : messageKey(step.id ?? '');
    this.#broker[step.do](key, 'refused');
  }
}

/** The limit: the bare loop over a scenario. */
export async function bareLoop(
  adapter: ProducerAdapter,
  scenario: Scenario,
  settler: VirtualSettler,
): Promise<void> {
  const bare = new BareCase(scenario, settler, new Signals(scenario));
  await bare.open(adapter, scenario);
  for (const step of scenario) await bare.play(step);
  bare.close();
}
