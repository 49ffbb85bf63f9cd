// Which steps a subject has enabled: asked of the ledger of what it did. Drawing weighs them, exhaustive runs
// take each, and so do explorations; before a step of a scenario is run it is asked for once more, so that a
// scenario of which parts were cut away still runs.
import type { Send, Transaction } from '../../spec/model/calls.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { TransactionAction } from '../../spec/events/message.ts';
import type { AnswerStep, Operation, Pause, SendShape, Step } from './step.ts';

/** What may be done, as far as the ledger enables it. Acks always may. */
export interface Repertoire {
  /** Sends that may be made; none: nothing more is sent. */
  readonly sends: readonly SendShape[];
  /** What may be done beside sends and acks. */
  readonly operations: readonly Operation[];
  /** With the operation `advance`: how far at a time, in milliseconds. */
  readonly advancesMs: readonly number[];
}

/**
 * Every step of a repertoire that is enabled now, without a pause. `ids`: the messages of all steps so far;
 * the next is called m and their number.
 */
export function enabledSteps(
  { sends, operations, advancesMs }: Repertoire,
  ledger: Ledger,
  ids: readonly string[],
): Step[] {
  const steps: Step[] = [];
  const add = (step: Step) => {
    if (isEnabled(step, ledger)) steps.push(step);
  };
  const answers = operations.includes('refuse') ? ANSWERS : ACK;
  const addAnswers = (to: Pick<AnswerStep, 'id' | 'of'>) => {
    for (const answer of answers) add({ do: answer, ...to, pause: 'none' });
  };
  const interrupts = operations.includes('interrupt');
  for (const shape of sends) add({ do: 'send', id: `m${ids.length + 1}`, ...shape, pause: 'none' });
  for (const id of ids) {
    if (!ledger.sendOf(id)) continue;
    addAnswers({ id });
    if (interrupts) steps.push({ do: 'interrupt', id, pause: 'none' });
  }
  if (ledger.seesPackets) for (const of of TRANSACTION_ACTIONS) addAnswers({ of });
  else addAnswers({});
  for (const operation of operations) {
    if (operation === 'advance') {
      for (const ms of advancesMs) add({ do: 'advance', ms, pause: 'none' });
    } else if (operation !== 'refuse' && operation !== 'interrupt')
      add({ do: operation, pause: 'none' });
  }
  return steps;
}

/** The pauses that may follow a step: what a gate lets through, all at once, has to settle. */
export function pausesAfter(step: Step, pauses: readonly Pause[]): readonly Pause[] {
  return step.do === 'restore' || answersAll(step) ? ['settle'] : pauses;
}

const TRANSACTION_ACTIONS = ['begin', 'commit', 'rollback'] as const;
const ANSWERS = ['ack', 'refuse'] as const;
const ACK = ['ack'] as const;

/** Whether a step makes sense now; one that does not is skipped. */
export function isEnabled(step: Step, ledger: Ledger): boolean {
  switch (step.do) {
    case 'open':
      return false;
    case 'send':
      return !transactionCallPends(ledger) && !ledger.sendOf(step.id);
    case 'ack':
    case 'refuse':
      return !ledger.lost && !ledger.cut && isAnswerable(step, ledger);
    case 'begin':
      return !ledger.transactions.current && mayCallTransaction(ledger);
    case 'commit':
    case 'rollback':
      return mayCallTransaction(ledger);
    case 'interrupt':
      return ledger.sendOf(step.id) !== undefined;
    case 'lose':
      return !ledger.lost;
    case 'cut':
      return !ledger.lost && !ledger.cut;
    case 'restore':
      return ledger.cut;
    case 'close':
    case 'advance':
      return true;
  }
}

/** The transaction whose `begin` or end the broker has received and not answered. */
export function answerableTransaction(
  of: TransactionAction,
  ledger: Ledger,
): Transaction | undefined {
  const { current, ended } = ledger.transactions;
  if (of === 'begin') {
    if (current?.begin === 'received') return current;
    return ended?.begin === 'received' ? ended : undefined;
  }
  const ending = ended?.endedBy === of && ended.endAnswer === 'none' ? ended : undefined;
  if (!ending?.endReceived && ledger.seesPackets) return undefined;
  // The broker answers commit and rollback only after the messages of that transaction.
  return ending && ending.unanswered === 0 ? ending : undefined;
}

/** Sends that the broker may have and has not answered, in the order of their calls. */
export function unansweredSends(ledger: Ledger): Send[] {
  const sends = new Set([...ledger.account.holders, ...ledger.notices.unfired]);
  for (const call of ledger.pending) if (call.action === 'send') sends.add(call);
  return [...sends]
    .filter((send) => send.answer === 'none')
    .toSorted((one, other) => one.order - other.order);
}

/** Transaction calls that the broker may have and has not answered. */
export function unansweredTransactions(ledger: Ledger): TransactionAction[] {
  return TRANSACTION_ACTIONS.filter((of) => answerableTransaction(of, ledger) !== undefined);
}

/** Whether begin, commit or rollback is pending: then nothing new is invoked but close and interrupt. */
export function transactionCallPends(ledger: Ledger): boolean {
  for (const call of ledger.pending)
    if (call.action !== 'send' && call.action !== 'close') return true;
  return false;
}

function mayCallTransaction(ledger: Ledger): boolean {
  return !ledger.lost && !ledger.closeInvoked && !transactionCallPends(ledger);
}

function isAnswerable(step: AnswerStep, ledger: Ledger): boolean {
  if (!ledger.seesPackets) return step.do === 'ack' && answersAll(step) && awaitsAnswer(ledger);
  if (step.of !== undefined) {
    if (step.do === 'refuse' && step.of !== 'commit') return false;
    return answerableTransaction(step.of, ledger) !== undefined;
  }
  const send = ledger.sendOf(step.id ?? '');
  return send !== undefined && send.received && send.answer === 'none';
}

/** Where packets are unseen, answers can only be let through all at once. */
function answersAll(step: Step): boolean {
  const isAnswer = step.do === 'ack' || step.do === 'refuse';
  return isAnswer && step.id === undefined && step.of === undefined;
}

function awaitsAnswer(ledger: Ledger): boolean {
  return unansweredSends(ledger).length > 0 || unansweredTransactions(ledger).length > 0;
}
