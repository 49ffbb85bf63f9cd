// The generator's picture of the case so far: the specification's own ledger, moved on by the ideal
// producer. It never looks at a subject, so that a scenario depends on the seed alone.
import type { Send } from '../../spec/model/calls.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import { IdealProducer } from '../../spec/model/ideal.ts';
import { Ledger } from '../../spec/model/ledger.ts';
import { nextTurn, step as fold } from '../../spec/model/step.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';
import {
  answerableTransaction,
  isEnabled,
  transactionCallPends,
  unansweredSends,
  unansweredTransactions,
} from './enabled.ts';
import { messageOf } from './messages.ts';
import { answerToEnd, isRefused } from './refusals.ts';
import { chargeOf, type ScenarioScope } from './scope.ts';
import { hasCallback, type SendStep, type Step } from './step.ts';

/** Follows a scenario as it is written. */
export class ScenarioModel {
  readonly ledger: Ledger;
  /** All sends so far, in the order of their calls. */
  readonly sends: Send[] = [];
  readonly #scope: ScenarioScope;
  readonly #ideal: IdealProducer;
  /** Sends that a broker behind a gate will refuse. */
  readonly #refused: Send[] = [];
  readonly #nested = new Map<number, NonNullable<SendStep['nested']>>();
  #nextOp = 1;

  constructor(settings: ProducerSettings, scope: ScenarioScope) {
    this.#scope = scope;
    const observes = scope.answers === 'gate' ? 'calls' : 'packets';
    this.ledger = new Ledger({ event: 'open', settings, observes }, scope.profile);
    this.#ideal = new IdealProducer(this.ledger, (event) => this.#fold(event));
  }

  /** Applies a step and all that follows from it. Returns false if it is not enabled. */
  apply(step: Step): boolean {
    if (!isEnabled(step, this.ledger)) return false;
    this.#stimulate(step);
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
    if (event.event !== 'complete') return;
    const nested = this.#nested.get(event.op);
    if (nested && !transactionCallPends(this.ledger))
      this.#send({ do: 'send', ...nested, pause: 'none' });
  }

  #send(step: SendStep): void {
    const op = this.#nextOp++;
    const message = messageOf(step);
    const completion = hasCallback(step);
    if (step.nested) this.#nested.set(op, step.nested);
    const charge = chargeOf(message, this.#scope);
    fold(this.ledger, { event: 'invoke', op, action: 'send', message, completion, charge });
    const send = this.ledger.send as Send;
    this.sends.push(send);
    const { refusedDestinations } = this.#scope;
    if (isRefused(message, this.ledger.settings, refusedDestinations)) this.#refused.push(send);
  }

  #stimulate(step: Step): void {
    const { ledger } = this;
    switch (step.do) {
      case 'send':
        return this.#send(step);
      case 'begin':
      case 'commit':
      case 'rollback':
      case 'close':
        return fold(ledger, { event: 'invoke', op: this.#nextOp++, action: step.do });
      case 'interrupt': {
        const target = ledger.sendOf(step.id)?.op ?? -1;
        return fold(ledger, { event: 'invoke', op: this.#nextOp++, action: 'interrupt', target });
      }
      case 'ack':
      case 'refuse':
        return this.#answer(step);
      case 'lose':
        return fold(ledger, { event: 'lose' });
      case 'cut':
        return fold(ledger, { event: 'cut' });
      case 'restore':
        fold(ledger, { event: 'restore' });
        return this.#answerEverything();
      case 'advance':
        return fold(ledger, { event: 'advance', ms: step.ms });
      case 'open':
        return undefined;
    }
  }

  #answer(step: Extract<Step, { do: 'ack' | 'refuse' }>): void {
    const { id: message, of } = step;
    if (message === undefined && of === undefined) return this.#answerEverything();
    if (message !== undefined) return fold(this.ledger, { event: step.do, message });
    const transaction = of && answerableTransaction(of, this.ledger)?.id;
    if (of && transaction) fold(this.ledger, { event: step.do, transaction, of });
  }

  #answerEverything(): void {
    for (const send of unansweredSends(this.ledger)) {
      if (send.dispatch === 'async' && this.ledger.isDoubtful(send)) continue;
      const event = this.#refused.includes(send) ? 'refuse' : 'ack';
      fold(this.ledger, { event, message: send.message.id });
    }
    for (const of of unansweredTransactions(this.ledger)) {
      const transaction = answerableTransaction(of, this.ledger);
      const refused = this.#refused.filter((send) => send.transaction === transaction);
      const refuses =
        of !== 'begin' && transaction && answerToEnd(transaction, refused) === 'refuse';
      this.#answer({ do: refuses ? 'refuse' : 'ack', of, pause: 'none' });
    }
  }
}
