// A case that nobody watches: the stimuli of a tape on a fresh producer, without a record and without a
// judge. It makes the same calls and settles by the same settler as the kit's own cases.
import type { ProducerAdapter, ProducerSubject } from '../adapter.ts';
import { messageKey, ScriptedBroker, transactionKey } from '../bench/scripted-broker.ts';
import type { Observed, VirtualSettler } from '../bench/settle.ts';
import { Signals } from '../bench/signals.ts';
import { messageOf } from '../tape/messages.ts';
import {
  settingsOf,
  type AnswerStimulus,
  type SendStimulus,
  type Stimulus,
  type Tape,
} from '../tape/stimulus.ts';

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

  constructor(tape: Tape, settler: VirtualSettler, signals: CaseSignals) {
    this.#settler = settler;
    this.#signals = signals;
    const canLose = tape.some((step) => step.do === 'lose');
    this.#broker = new ScriptedBroker((packet) => {
      if (packet.type !== 'message') this.#lastTransaction = packet.transaction;
      this.observed += 1;
    }, canLose);
  }

  async open(adapter: ProducerAdapter, tape: Tape): Promise<void> {
    const context = { settings: settingsOf(tape), broker: this.#broker, onAsyncError: ignore };
    this.#subject = await this.#settler.open(adapter, context);
  }

  recordAdvance(): void {}

  /** Makes a stimulus, then lets its gap pass. */
  async play(step: Stimulus): Promise<void> {
    this.#apply(step);
    if (step.gap === 'settle') await this.#settler.settle(this);
    else if (typeof step.gap === 'number') for (let n = step.gap; n > 0; n -= 1) await undefined;
  }

  close(): void {
    this.#subject.close().then(ignore, ignore);
  }

  #apply(step: Stimulus): void {
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

  #send(step: SendStimulus): void {
    const completion = step.completion === true || step.nested !== undefined;
    const options = this.#signals.optionsFor(step.id, completion ? ignore : undefined);
    this.#subject.send(messageOf(step), options).then(ignore, ignore);
  }

  #answer(step: AnswerStimulus): void {
    const key = step.of
      ? transactionKey(step.of, this.#lastTransaction)
      : messageKey(step.id ?? '');
    this.#broker[step.do](key, 'refused');
  }
}

/** The limit: the bare loop over a tape. */
export async function bareLoop(
  adapter: ProducerAdapter,
  tape: Tape,
  settler: VirtualSettler,
): Promise<void> {
  const bare = new BareCase(tape, settler, new Signals(tape));
  await bare.open(adapter, tape);
  for (const step of tape) await bare.play(step);
  bare.close();
}
