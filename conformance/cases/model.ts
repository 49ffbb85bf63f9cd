// The generator's picture of the case so far: the specification's own ledger, moved on by the ideal
// producer, and the events that record each step. It never looks at a subject, so that a scenario depends on
// the seed alone.
import type { Send } from '../../spec/model/calls.ts';
import type { HistoryEvent, InvokeEvent, Op } from '../../spec/events/history.ts';
import { IdealProducer } from './ideal-producer.ts';
import { Ledger } from '../../spec/model/ledger.ts';
import { nextTurn, step as fold } from '../../spec/model/step.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';
import {
  answerableTransaction,
  isEnabled,
  unansweredSends,
  unansweredTransactions,
} from './enabled.ts';
import { mayNest, stepsOf } from './nested.ts';
import { answerToEnd, chargeOf, isRefused, type ScenarioScope } from './scope.ts';
import { SharedSignals } from './shared-signals.ts';
import {
  hasCallback,
  messageOf,
  type Nested,
  type SendStep,
  type Step,
  type Writable,
} from './step.ts';

/** Follows a scenario as it is written. */
export class ScenarioModel {
  readonly ledger: Ledger;
  /** All sends so far, in the order of their calls. */
  readonly sends: Send[] = [];
  readonly #scope: ScenarioScope;
  readonly #ideal: IdealProducer;
  /** Sends that a broker behind a gate will refuse. */
  readonly #refused: Send[] = [];
  /** What the application does when it is told of a send, by its operation or its message. */
  readonly #nested = new Map<number | string, Nested>();
  readonly #signals = new SharedSignals();
  #nextOp = 1;

  constructor(settings: ProducerSettings, scope: ScenarioScope) {
    this.#scope = scope;
    const observes = scope.answers === 'gate' ? 'calls' : 'packets';
    const { supports, resends, profile } = scope;
    const open = { event: 'open', settings, observes } as const;
    this.ledger = new Ledger(resends ? { ...open, supports, resends } : open, profile);
    this.#ideal = new IdealProducer(this.ledger, (event) => this.#fold(event));
  }

  /** Applies a step and all that follows from it. Returns false if it is not enabled. */
  apply(step: Step): boolean {
    if (!isEnabled(step, this.ledger)) return false;
    this.#take(step);
    this.#ideal.respond();
    // Nobody judges here what is still pending: the next turn begins.
    if (step.pause === 'settle') nextTurn(this.ledger);
    return true;
  }

  /** Whether the broker has refused, or will refuse, a message of the open transaction. */
  get refusesInTransaction(): boolean {
    const { current } = this.ledger.transactions;
    return current !== undefined && this.#refused.some((send) => send.transaction === current);
  }

  #fold(event: HistoryEvent): void {
    fold(this.ledger, event);
    if (event.event === 'complete') this.#tell(event.op);
    else if (event.event === 'async-error' && event.message) this.#tell(event.message);
  }

  #tell(of: number | string): void {
    const nested = this.#nested.get(of);
    if (!nested) return;
    for (const step of stepsOf(nested)) if (mayNest(step, this.ledger)) this.#take(step);
  }

  #send(step: SendStep): void {
    const op = this.#nextOp++;
    if (step.nested) this.#nested.set(op, step.nested);
    if (step.reported) this.#nested.set(step.id, step.reported);
    const event = sendEvent(op, step);
    if (this.#signals.join(op, step)) event.interrupted = true;
    const message = event.message!;
    event.charge = chargeOf(message, this.#scope);
    fold(this.ledger, event);
    const send = this.ledger.send as Send;
    this.sends.push(send);
    const { refusedDestinations } = this.#scope;
    if (isRefused(message, this.ledger.settings, refusedDestinations)) this.#refused.push(send);
  }

  #take(step: Step): void {
    if (step.do === 'send') return this.#send(step);
    if (step.do === 'interrupt') return this.#interrupt(step.id);
    const event = eventOf(this.#nextOp++, step, this.ledger);
    if (event) fold(this.ledger, event);
    const isLast = step.do === 'refuse' && this.#scope.sayable?.refusalEndsConnection;
    if (isLast) fold(this.ledger, { event: 'lose', refusal: true });
    if (!this.ledger.seesPackets && (step.do === 'restore' || step.do === 'ack'))
      this.#answerEverything();
  }

  #interrupt(id: string): void {
    for (const target of this.#signals.abort(id, this.ledger))
      fold(this.ledger, { event: 'invoke', op: this.#nextOp++, action: 'interrupt', target });
  }

  #answerEverything(): void {
    const { ledger } = this;
    for (const send of unansweredSends(ledger)) {
      if (send.dispatch === 'async' && ledger.isDoubtful(send)) continue;
      const event = this.#refused.includes(send) ? 'refuse' : 'ack';
      fold(ledger, { event, message: send.message.id });
    }
    for (const of of unansweredTransactions(ledger)) {
      const transaction = answerableTransaction(of, ledger)!;
      const refused = this.#refused.filter((send) => send.transaction === transaction);
      const refuses = of !== 'begin' && answerToEnd(transaction, refused) === 'refuse';
      const event = refuses ? 'refuse' : 'ack';
      if (transaction.id !== undefined) fold(ledger, { event, transaction: transaction.id, of });
    }
  }
}

/** The invocation of a send. */
export function sendEvent(op: Op, step: SendStep): Writable<InvokeEvent> {
  const event: Writable<InvokeEvent> = {
    event: 'invoke',
    op,
    action: 'send',
    message: messageOf(step),
  };
  if (hasCallback(step)) event.completion = true;
  return event;
}

/**
 * The event of a step that is enabled. Absent for an answer to everything, which is many, and for one to a
 * transaction that has no id.
 */
export function eventOf(op: Op, step: Step, ledger: Ledger): HistoryEvent | undefined {
  switch (step.do) {
    case 'send':
      return sendEvent(op, step);
    case 'begin':
    case 'commit':
    case 'rollback':
    case 'close':
    case 'flush':
      return { event: 'invoke', op, action: step.do };
    case 'interrupt':
      return { event: 'invoke', op, action: step.do, target: ledger.sendOf(step.id)!.op };
    case 'ack':
    case 'refuse': {
      const { do: event, id: message, of } = step;
      if (message !== undefined) return { event, message };
      const transaction = of && answerableTransaction(of, ledger)?.id;
      return of && transaction !== undefined ? { event, transaction, of } : undefined;
    }
    case 'lose':
    case 'cut':
    case 'restore':
      return { event: step.do };
    case 'advance':
      return { event: 'advance', ms: step.ms };
    case 'open':
      throw new Error('open begins a case; it is no event of one');
  }
}
