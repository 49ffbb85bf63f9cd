// Which steps a subject has enabled: asked of the ledger before each step, so that a scenario of which
// parts were cut away still runs.
import type { Send, Transaction } from '../../spec/model/calls.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { TransactionAction } from '../../spec/events/message.ts';
import type { AnswerStep, Step } from './step.ts';

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
  const all = ['begin', 'commit', 'rollback'] as const;
  return all.filter((of) => answerableTransaction(of, ledger) !== undefined);
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
  if (!ledger.seesPackets) return step.do === 'ack' && answersEverything(step, ledger);
  if (step.of !== undefined) {
    if (step.do === 'refuse' && step.of !== 'commit') return false;
    return answerableTransaction(step.of, ledger) !== undefined;
  }
  const send = ledger.sendOf(step.id ?? '');
  return send !== undefined && send.received && send.answer === 'none';
}

/** Where packets are unseen, answers can only be let through all at once. */
function answersEverything(step: AnswerStep, ledger: Ledger): boolean {
  if (step.id !== undefined || step.of !== undefined) return false;
  return unansweredSends(ledger).length > 0 || unansweredTransactions(ledger).length > 0;
}
