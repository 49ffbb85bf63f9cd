// One case in process: walks the scenario, makes the calls, and records what is observed, in the order in
// which it is observed. A call is never awaited: invoke is recorded, handlers are attached, on it goes.
import type { Judge } from '../../../spec/check.ts';
import type {
  AsyncErrorEvent,
  CompleteEvent,
  HistoryEvent,
  InvokeEvent,
} from '../../../spec/events/history.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { OutgoingMessage, TransactionAction } from '../../../spec/events/message.ts';
import type { OpenContext, ProducerAdapter, ProducerSubject } from '../../adapter.ts';
import { answerableTransaction, isEnabled, transactionCallPends } from '../../cases/enabled.ts';
import { messageOf } from '../../cases/messages.ts';
import {
  hasCallback,
  settingsOf,
  type SendStep,
  type Step,
  type Scenario,
} from '../../cases/step.ts';
import type { Writable } from '../../cases/writable.ts';
import type { CaseRecord } from '../harness.ts';
import { Recorder } from './recorder.ts';
import { messageKey, ScriptedBroker, transactionKey } from '../brokers/scripted-broker.ts';
import { Signals } from './signals.ts';
import type { Settler } from './settle.ts';
import { assertSubject, failureOf, isThenable, readUsage } from './subject.ts';
import { CallbackThrew } from './surroundings.ts';

/** The reason of every refusal. */
const REASON = 'refused by the scenario';

/** Runs one scenario against one fresh subject. */
export class Case {
  readonly #adapter: ProducerAdapter;
  readonly #judge: Judge;
  readonly #settler: Settler;
  readonly #scenario: Scenario;
  readonly #recorder: Recorder;
  readonly #broker: ScriptedBroker;
  readonly #signals: Signals;
  readonly #samplesUsage: boolean;
  #subject!: ProducerSubject;
  #nextOp = 1;
  /** The send whose call is on the stack, so that a callback inside it can be told. */
  #inside = 0;

  constructor(adapter: ProducerAdapter, judge: Judge, settler: Settler, scenario: Scenario) {
    this.#adapter = adapter;
    this.#judge = judge;
    this.#settler = settler;
    this.#scenario = scenario;
    this.#recorder = new Recorder(judge, settler);
    this.#signals = new Signals(scenario);
    this.#samplesUsage = adapter.supports.includes('usage');
    const canLose = scenario.some((step) => step.do === 'lose');
    this.#broker = new ScriptedBroker(
      (packet) => this.#record({ event: 'receive', packet }),
      canLose,
    );
  }

  /** Plays the scenario to its end and a last settle point; or `steps`, if they are chosen on the way. */
  async run(steps: Iterable<Step> = this.#scenario): Promise<CaseRecord> {
    const settings = settingsOf(this.#scenario);
    this.#recorder.begin({ event: 'open', settings, supports: this.#adapter.supports });
    const context: OpenContext = {
      settings,
      broker: this.#broker,
      onAsyncError: (error, message) => this.#asyncError(error, message),
    };
    const opening = this.#settler.open(this.#adapter, context);
    this.#subject = opening instanceof Promise ? await opening : opening;
    assertSubject(this.#subject, this.#adapter);
    await this.#play(steps);
    this.#recorder.over = true;
    this.#abandon();
    return { history: this.#recorder.history, breaches: this.#judge.breaches, unproven: [] };
  }

  async #play(steps: Iterable<Step>): Promise<void> {
    let settled = false;
    for (const step of steps) {
      if (step.do !== 'open') {
        if (!isEnabled(step, this.#ledger)) continue;
        const time = this.#apply(step);
        if (time) await time;
        this.#sampleUsage(false);
      }
      settled = step.pause === 'settle';
      if (settled) {
        await this.#settler.settle(this.#recorder);
        this.#noteSettled();
      } else if (typeof step.pause === 'number')
        for (let n = step.pause; n > 0; n -= 1) await undefined;
    }
    if (settled) return;
    await this.#settler.settle(this.#recorder);
    this.#noteSettled();
  }

  get #ledger(): Ledger {
    return this.#judge.ledger as Ledger;
  }

  #record(event: HistoryEvent): void {
    this.#recorder.record(event);
  }

  #noteSettled(): void {
    this.#sampleUsage(true);
    this.#record({ event: 'settle' });
  }

  #apply(step: Step): Promise<void> | void {
    switch (step.do) {
      case 'send':
        return this.#send(step, messageOf(step));
      case 'begin':
      case 'commit':
      case 'rollback':
        return this.#callTransaction(step.do);
      case 'close':
        return this.#close();
      case 'interrupt':
        return this.#interrupt(step.id);
      case 'ack':
      case 'refuse':
        return this.#answer(step.do, step.id, step.of);
      case 'lose':
        this.#record({ event: 'lose' });
        return this.#broker.lose();
      case 'advance':
        return this.#settler.advance(step.ms, this.#recorder);
      default:
        return undefined; // The opening; cut and restore are for a gate.
    }
  }

  #send(step: SendStep, message: OutgoingMessage, from?: number): void {
    const op = this.#nextOp++;
    const completion = hasCallback(step);
    const charge = this.#adapter.chargedSize?.(message);
    const options = this.#signals.optionsFor(
      step.id,
      completion ? (error) => this.#complete(op, step, error) : undefined,
    );
    const event: Writable<InvokeEvent> = { event: 'invoke', op, action: 'send', message };
    if (completion) event.completion = true;
    if (charge !== undefined && charge !== message.size) event.charge = charge;
    if (from !== undefined) event.from = from;
    const outer = this.#inside;
    this.#inside = op;
    this.#call(event, () => this.#subject.send({ ...message }, options));
    this.#inside = outer;
  }

  #callTransaction(action: TransactionAction): void {
    this.#call({ event: 'invoke', op: this.#nextOp++, action }, () => this.#subject[action]?.());
  }

  #close(): void {
    this.#call({ event: 'invoke', op: this.#nextOp++, action: 'close' }, () =>
      this.#subject.close(),
    );
  }

  /** A synchronous throw counts as a failure, a result that is no promise as a return. */
  #call(event: InvokeEvent, invoke: () => unknown): void {
    this.#record(event);
    const { op } = event;
    let ended = false;
    const succeed = () => {
      if (!ended) this.#record({ event: 'return', op });
      ended = true;
    };
    const fail = (error: unknown) => {
      if (!ended && !this.#recorder.over)
        this.#record({ event: 'throw', op, error: failureOf(error, this.#adapter) });
      ended = true;
    };
    try {
      const result = invoke();
      if (isThenable(result)) result.then(succeed, fail);
      else succeed();
    } catch (error) {
      fail(error);
    }
  }

  #complete(op: number, step: SendStep, error: unknown): void {
    const event: Writable<CompleteEvent> = { event: 'complete', op };
    if (error !== undefined && error !== null) event.error = failureOf(error, this.#adapter);
    if (this.#inside === op) event.inside = true;
    if (step.throws) event.threw = true;
    this.#record(event);
    const { nested } = step;
    if (nested && !this.#recorder.over)
      this.#sendFrom(op, { do: 'send', ...nested, pause: 'none' });
    if (step.throws) throw new CallbackThrew(step.id);
  }

  /** Sends from inside the callback of `op`. */
  #sendFrom(op: number, step: SendStep): void {
    if (transactionCallPends(this.#ledger) || this.#ledger.sendOf(step.id)) return;
    this.#send(step, messageOf(step), op);
  }

  #asyncError(error: unknown, message: string | undefined): void {
    const event: Writable<AsyncErrorEvent> = {
      event: 'async-error',
      error: failureOf(error, this.#adapter),
    };
    if (message !== undefined) event.message = message;
    this.#record(event);
  }

  #interrupt(id: string): void {
    const target = this.#ledger.sendOf(id)?.op;
    if (target === undefined) return;
    this.#record({ event: 'invoke', op: this.#nextOp++, action: 'interrupt', target });
    this.#signals.abort(id);
  }

  #answer(event: 'ack' | 'refuse', message?: string, of?: TransactionAction): void {
    const transaction = of && answerableTransaction(of, this.#ledger)?.id;
    if (of !== undefined && transaction !== undefined) {
      this.#record(
        event === 'ack' ? { event, transaction, of } : { event, transaction, of, reason: REASON },
      );
      this.#broker[event](transactionKey(of, transaction), REASON);
    } else if (message !== undefined) {
      this.#record(event === 'ack' ? { event, message } : { event, message, reason: REASON });
      this.#broker[event](messageKey(message), REASON);
    }
  }

  /** At settle points the figure is part of the history; in between only if it is impossible. */
  #sampleUsage(always: boolean): void {
    const bytes = this.#samplesUsage ? readUsage(this.#subject) : undefined;
    if (bytes === undefined) return;
    if (always || !(bytes >= 0)) this.#record({ event: 'usage', bytes });
  }

  /** Lets the subject give back what it holds; nothing of it is observed any more. */
  #abandon(): void {
    if (this.#ledger.closeReturned) return;
    try {
      const closing: unknown = this.#subject.close();
      if (isThenable(closing)) closing.then(undefined, () => {});
    } catch {
      // The case is over: how a second close fails was judged within it, if at all (LIF-3).
    }
  }
}
