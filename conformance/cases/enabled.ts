// Which steps a subject has enabled: asked of the ledger of what it did. Drawing weighs their kinds, exhaustive
// runs take each, and so do explorations; before a step of a scenario is run it is asked for once more, so that
// a scenario of which parts were cut away still runs.
import { leavesItsId, type Send, type Transaction } from '../../spec/model/calls.ts';
import { endOf } from '../../spec/model/invocation.ts';
import { isClosing } from '../../spec/model/in-callbacks.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { TransactionAction } from '../../spec/events/message.ts';
import type { AnswerStep, Operation, SendShape, Step } from './step.ts';

/** Kinds of steps: those of one kind are alike but for details, and for the message that they are about. */
export const KINDS = [
  'send',
  'ack',
  'refuse',
  'interrupt',
  'ack of everything',
  'ack of begin',
  'ack of commit',
  'ack of rollback',
  'refuse of begin',
  'refuse of commit',
  'refuse of rollback',
  'advance',
  'lose',
  'cut',
  'restore',
  'close',
  'begin',
  'commit',
  'rollback',
  'flush',
] as const;
/** A kind of step. */
export type Kind = (typeof KINDS)[number];

/** The kinds that may be done where `operations` may be done beside sends and acks. */
export function kindsWith(operations: readonly Operation[]): Kind[] {
  return KINDS.filter(
    (kind) =>
      kind === 'send' ||
      kind.startsWith('ack') ||
      operations.includes((kind.startsWith('refuse') ? 'refuse' : kind) as Operation),
  );
}

/** A kind of step that is enabled now, and the messages it may be about; empty: it is about none. */
export interface Enabled {
  readonly kind: Kind;
  readonly ids: readonly string[];
}

/** Those of `kinds` that are enabled now. `ids`: all messages so far. */
export function enabledKinds(
  kinds: readonly Kind[],
  ledger: Ledger,
  ids: readonly string[],
): Enabled[] {
  const known: string[] = [];
  const answerable: string[] = [];
  for (const id of ids) {
    const send = ledger.sendOf(id);
    if (!send) continue;
    known.push(id);
    if (isAnswerable(send, ledger)) answerable.push(id);
  }
  // Asked once for all kinds: drawing comes here before every step.
  const callPends = transactionCallPends(ledger);
  const enabled: Enabled[] = [];
  for (const kind of kinds) {
    switch (kind) {
      case 'ack':
      case 'refuse':
        if (answerable.length > 0) enabled.push({ kind, ids: answerable });
        break;
      case 'interrupt':
        if (known.length > 0) enabled.push({ kind, ids: known });
        break;
      case 'advance':
        enabled.push(ABOUT_NONE[kind]);
        break;
      case 'send':
        if (!callPends && !isInDoubt(ledger) && !isClosing(ledger)) enabled.push(ABOUT_NONE[kind]);
        break;
      case 'begin':
      case 'commit':
      case 'rollback':
        if (!callPends && mayBeginOrEnd(kind, ledger)) enabled.push(ABOUT_NONE[kind]);
        break;
      default:
        if (isEnabled(PLAIN[kind], ledger)) enabled.push(ABOUT_NONE[kind]);
    }
  }
  return enabled;
}

/** What may be done, and with which details. */
export interface Repertoire {
  readonly kinds: readonly Kind[];
  /** Sends that may be made; none: nothing more is sent. */
  readonly sends: readonly SendShape[];
  /** How far time may go at a time, in milliseconds. */
  readonly advancesMs: readonly number[];
}

/** Every step that is enabled now, without a pause. The next message is called m and its number. */
export function enabledSteps(
  { kinds, sends, advancesMs }: Repertoire,
  ledger: Ledger,
  ids: readonly string[],
): Step[] {
  return enabledKinds(kinds, ledger, ids).flatMap(({ kind, ids: about }): Step[] => {
    switch (kind) {
      case 'send':
        return sends.map((shape) => ({ do: kind, id: `m${ids.length + 1}`, ...shape, pause }));
      case 'ack':
      case 'refuse':
      case 'interrupt':
        return about.map((id) => ({ do: kind, id, pause }));
      case 'advance':
        return advancesMs.map((ms) => ({ do: kind, ms, pause }));
      default:
        return [PLAIN[kind]];
    }
  });
}

/** Made once: drawing asks for every step. */
const ABOUT_NONE = Object.fromEntries(KINDS.map((kind) => [kind, { kind, ids: [] }])) as Record<
  string,
  Enabled
> as Record<Kind, Enabled>;
const pause = 'none';

/** The steps that have no details, by their kinds. */
export const PLAIN = {
  'ack of everything': { do: 'ack', pause },
  'ack of begin': { do: 'ack', of: 'begin', pause },
  'ack of commit': { do: 'ack', of: 'commit', pause },
  'ack of rollback': { do: 'ack', of: 'rollback', pause },
  'refuse of begin': { do: 'refuse', of: 'begin', pause },
  'refuse of commit': { do: 'refuse', of: 'commit', pause },
  'refuse of rollback': { do: 'refuse', of: 'rollback', pause },
  lose: { do: 'lose', pause },
  cut: { do: 'cut', pause },
  restore: { do: 'restore', pause },
  close: { do: 'close', pause },
  begin: { do: 'begin', pause },
  commit: { do: 'commit', pause },
  rollback: { do: 'rollback', pause },
  flush: { do: 'flush', pause },
} as const satisfies Partial<Record<Kind, Step>>;

/** Whether everything must settle after a step: what a gate lets through comes all at once. */
export function settles(step: Step): boolean {
  const answersAll = step.do === 'ack' && step.id === undefined && step.of === undefined;
  return step.do === 'restore' || answersAll;
}

/** Whether a step makes sense now; one that does not is skipped. */
export function isEnabled(step: Step, ledger: Ledger): boolean {
  switch (step.do) {
    case 'open':
      return false;
    case 'send':
      return maySend(ledger) && isFree(step.id, ledger);
    case 'ack':
    case 'refuse':
      return isEnabledAnswer(step, ledger);
    case 'begin':
    case 'commit':
    case 'rollback':
      return mayBeginOrEnd(step.do, ledger) && !transactionCallPends(ledger);
    case 'flush':
      return !transactionCallPends(ledger);
    case 'interrupt':
      return ledger.sendOf(step.id) !== undefined;
    case 'lose':
      return !ledger.lost;
    case 'cut':
      return !ledger.lost && !ledger.cut && mayBreak(ledger);
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
    if (call.action !== 'send' && call.action !== 'close' && call.action !== 'flush') return true;
  return false;
}

/** Whether a message may have this id: it is new, or that of one that failed before anybody else had it. */
function isFree(id: string, ledger: Ledger): boolean {
  const former = ledger.sendOf(id);
  return former === undefined || leavesItsId(former);
}

/** Whether the application may send now. */
function maySend(ledger: Ledger): boolean {
  return !transactionCallPends(ledger) && !isInDoubt(ledger) && !isClosing(ledger);
}

/**
 * A producer may take itself to be outside a transaction whose begin was refused, or inside: a send made there
 * takes space or takes none.
 */
function isInDoubt({ transactions, settings }: Ledger): boolean {
  return transactions.current?.begin === 'refused' && settings.windowSize > 0;
}

/**
 * Whether a transaction may begin or end, unless such a call pends. Where the producer is ending, what the call
 * finds depends on what comes first.
 */
function mayBeginOrEnd(action: TransactionAction, ledger: Ledger): boolean {
  if (endOf(ledger)) return true;
  if (ledger.lost || ledger.closeInvoked) return false;
  if (ledger.cut && ledger.seesPackets) return false;
  return action !== 'begin' || !ledger.transactions.current;
}

/** What becomes of a transaction when its connection breaks nobody has promised, where packets are seen. */
function mayBreak(ledger: Ledger): boolean {
  if (!ledger.seesPackets) return true;
  const { current } = ledger.transactions;
  return !current && !transactionCallPends(ledger) && unansweredTransactions(ledger).length === 0;
}

function isEnabledAnswer(step: AnswerStep, ledger: Ledger): boolean {
  const { of, id } = step;
  if (id !== undefined) {
    const send = ledger.sendOf(id);
    return send !== undefined && isAnswerable(send, ledger);
  }
  if (ledger.lost || ledger.cut) return false;
  if (of === undefined) return step.do === 'ack' && !ledger.seesPackets && awaitsAnswer(ledger);
  if (!ledger.seesPackets) return false;
  const transaction = answerableTransaction(of, ledger);
  if (!transaction) return false;
  // What does not exist cannot be committed, and what was committed did begin.
  if (step.do === 'refuse') return of !== 'begin' || transaction.endAnswer === 'none';
  return of !== 'commit' || transaction.begin !== 'refused';
}

/** Whether the broker may answer this very message. */
function isAnswerable(send: Send, { lost, cut, seesPackets, reconnection }: Ledger): boolean {
  if (!send.received || send.answer !== 'none' || !seesPackets || lost || cut) return false;
  return !reconnection || send.transaction !== undefined || reconnection.atBroker.has(send);
}

/** Where packets are unseen, answers can only be let through all at once. */
function awaitsAnswer(ledger: Ledger): boolean {
  return unansweredSends(ledger).length > 0 || unansweredTransactions(ledger).length > 0;
}
