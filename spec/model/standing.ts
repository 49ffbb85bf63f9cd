// Why a call is still pending at a settle point: for a lawful reason, or by whose fault. This is the
// page that turns "waits" and "never waits" into safety properties.
import type { Call, Doom, Send, TransactionCall } from './calls.ts';
import { blocks, type Row } from './decision.ts';
import type { Ledger } from './ledger.ts';
import type { RuleId } from '../rule.ts';

/** The rule that a pending call breaks, and how. */
export interface Blame {
  readonly rule: RuleId;
  readonly call: Call;
  readonly why: string;
}

/** A call's standing at a settle point: waiting lawfully, and for what, or blamed. */
export type Standing =
  | 'awaits-ack'
  | 'awaits-space'
  | 'awaits-its-turn'
  | 'awaits-others'
  /** Without a lawful reason, but for more than one that is unlawful: no rule is named, the case is over. */
  | 'disputed'
  | Blame;

const RULE_OF_DOOM: Readonly<Record<Doom, RuleId>> = {
  closed: 'LIF-1',
  'connection-lost': 'ERR-4',
  'too-large': 'WIN-6',
  'no-destination': 'DST-1',
  'null-destination': 'DST-2',
  'foreign-destination': 'DST-3',
};

/** The rule of each row: who is to blame when a send of that row neither returns nor fails. */
export const RULE_OF_ROW: Readonly<Record<Row, RuleId>> = {
  1: 'ASY-4',
  2: 'SYN-6',
  3: 'SYN-4',
  4: 'ASY-2',
  5: 'ASY-1',
  6: 'ASY-3',
  7: 'SYN-4',
};

/**
 * The standing of every pending call, as it would be if the history settled now. Returns those without
 * a lawful reason, the first for each rule.
 */
export function survey(
  ledger: Ledger,
  visit?: (call: Call, standing: Standing) => void,
): ReadonlyMap<RuleId, Blame> {
  let stuck: Map<RuleId, Blame> | undefined;
  let first = true;
  for (const call of ledger.pending) {
    const verdict = standing(call, first, ledger);
    if (typeof verdict === 'object') {
      stuck ??= new Map();
      if (!stuck.has(verdict.rule)) stuck.set(verdict.rule, verdict);
    }
    if (call.action === 'send' && (holdsUp(call, verdict) || isWaiting(call, ledger)))
      first = false;
    visit?.(call, verdict);
  }
  return stuck ?? NOBODY;
}

/** Whoever stands behind such a send may be held up by it: also behind one that can only fail, and has not. */
function holdsUp({ doom }: Send, verdict: Standing): boolean {
  return verdict === 'awaits-space' || verdict === 'disputed' || doom !== undefined;
}

/** Shared, since at most settle points nobody is stuck. */
export const NOBODY: ReadonlyMap<RuleId, Blame> = new Map();

/** Whether a pending send has not gone out, as far as the history shows. */
export function isWaiting(send: Send, ledger: Ledger): boolean {
  if (send.admitted || send.doom) return false;
  return ledger.seesPackets || !blocks(send.dispatch);
}

/** Judges one pending call; `first`: no earlier send waits. */
export function standing(call: Call, first: boolean, ledger: Ledger): Standing {
  if (call.action === 'close' && call.again)
    return blame('LIF-3', call, 'closing again is harmless');
  if (call.action === 'send' && isOver(call.doom)) return standingOfDoomed(call, call.doom, true);
  if (ledger.lost) return blame('ERR-1', call, 'the connection is lost, so no answer can come');
  if (call.action === 'close') return blame('LIF-2', call, 'a close waits for no answer');
  if (ledger.closeInvoked && !(call.action === 'send' && call.doom)) {
    return blame('LIF-2', call, 'the producer was closed');
  }
  // It may have begun when the producer was closed already: its own fault, or that of close?
  if (ledger.closeInvoked && !call.settledPending) return 'disputed';
  if (call.action === 'send' && !call.doom && mustHeedInterrupt(call, ledger)) {
    return blame('LIF-5', call, 'it was interrupted');
  }
  // Until its connection can be made anew, a producer may well keep its callers waiting.
  if (ledger.cut) return 'awaits-others';
  if (call.action !== 'send') return standingOfTransactionCall(call, ledger);
  if (call.doom) return standingOfDoomed(call, call.doom, first);
  if (!ledger.seesPackets) return standingUnseen(call, first, ledger);
  return call.admitted ? standingOfAdmitted(call, ledger) : standingOfWaiting(call, first, ledger);
}

/** In another process an interrupt may come before the call has begun, and then finds nothing to stop. */
function mustHeedInterrupt(send: Send, ledger: Ledger): boolean {
  if (send.interruptedTurn < 0 || (send.admitted && !blocks(send.dispatch))) return false;
  return !ledger.concurrent || send.interruptedTurn > send.invokedTurn;
}

/** It was invoked when all was over already. */
function isOver(doom: Doom | undefined): doom is 'closed' | 'connection-lost' {
  return doom === 'closed' || doom === 'connection-lost';
}

/**
 * At a full window, or behind another that is held up there, a failed check that is late (DST-4) and one
 * that is not made (DST-1 to DST-3) look alike until the call ends.
 */
function standingOfDoomed(send: Send, doom: Doom, first: boolean): Standing {
  if (doom.endsWith('-destination') && !(send.fitWhenInvoked && first)) return 'disputed';
  return blame(RULE_OF_DOOM[doom], send, `it can only fail (${doom})`);
}

function standingOfAdmitted(send: Send, ledger: Ledger): Standing {
  if (!blocks(send.dispatch)) {
    return blame(
      RULE_OF_ROW[send.row],
      send,
      'the broker has its message, and a send of this kind waits for no acknowledgement',
    );
  }
  if (send.answer === 'ack') {
    return blame(
      send.dispatch === 'timed' ? 'SYN-6' : 'SYN-4',
      send,
      'its own acknowledgement came',
    );
  }
  if (send.answer === 'refuse') return blame('SYN-5', send, 'the broker refused it');
  if (isOverdue(send, ledger)) {
    return blame('SYN-6', send, `its timeout of ${send.timeoutMs} ms has passed`);
  }
  return 'awaits-ack';
}

function standingOfWaiting(send: Send, first: boolean, ledger: Ledger): Standing {
  const { profile } = ledger;
  const transaction = send.transaction;
  if (profile.transactionsBindWaiting && transaction?.endedBy === 'rollback') {
    return blame('TXN-4', send, 'its transaction was rolled back');
  }
  const overtaken =
    transaction?.endedBy === 'commit' && (transaction.endReceived || transaction.ended);
  if (profile.transactionsBindWaiting && overtaken) return blameOvertaken(send);
  if (profile.firstComeFirstServed && !first) return 'awaits-its-turn';
  if (!ledger.fits(send)) return 'awaits-space';
  const behindSync = ledger.someSyncBlocksBefore(send);
  if (behindSync && profile.queuesBehindSync) return 'awaits-its-turn';
  if (overtaken) return blameOvertaken(send);
  const { windowSize } = ledger.settings;
  if (behindSync) return standingBehindSync(send, ledger);
  if (windowSize === 0) return blame('WIN-8', send, 'there is no window');
  if (ledger.rivalAwaitsSpace(send)) return 'awaits-its-turn';
  return blame('WIN-3', send, `it fits: ${ledger.describeSpace(send)}`);
}

/** Held up by a sync send, or by a miscount of the window? Only where no count can be at fault is it SYN-8. */
function standingBehindSync(send: Send, ledger: Ledger): Standing {
  const { account, settings } = ledger;
  const certain =
    settings.windowSize === 0
      ? account.charges > 0 || !ledger.hasWindow
      : account.charges === 0 &&
        ledger.deviation === 0 &&
        ledger.suspects.now.doomed === 0 &&
        send.charge > 0 &&
        send.charge + ledger.blockedBytesBefore(send) < settings.windowSize;
  if (!certain) {
    const passed = settings.windowSize > 0 && ledger.blockedArePassed(send);
    return passed ? blame('WIN-3', send, `it fits: ${ledger.describeSpace(send)}`) : 'disputed';
  }
  return blame(
    'SYN-8',
    send,
    'nothing stands before it but sends that wait for their acknowledgement',
  );
}

function blameOvertaken(send: Send): Blame {
  return blame('TXN-2', send, 'the commit of its transaction has overtaken it');
}

/**
 * Where packets cannot be seen, a send is admitted when it returns, and its row answers for it, unless the
 * producer's own figure says that it waits for space.
 */
function standingUnseen(send: Send, first: boolean, ledger: Ledger): Standing {
  const verdict = standingByRow(send, first, ledger);
  if (typeof verdict !== 'object' || !ledger.isKeptOutByOwnFigure(send)) return verdict;
  const figure = `the producer counts ${ledger.sampledUsage}`;
  return blame('WIN-3', send, `it fits: ${ledger.describeSpace(send)}; ${figure}`);
}

function standingByRow(send: Send, first: boolean, ledger: Ledger): Standing {
  if (blocks(send.dispatch)) {
    // Its answer may have been let through, and yet what a cut left in doubt keep it from being sent.
    if (ledger.account.doubtful > 0 && !ledger.fits(send)) return 'awaits-space';
    const isOut = send.receivedSettledMs >= 0 || send.answer !== 'none' || ledger.fits(send);
    return isOut ? standingOfAdmitted(send, ledger) : 'awaits-space';
  }
  if (ledger.profile.firstComeFirstServed && !first) return 'awaits-its-turn';
  if (!ledger.fits(send)) return 'awaits-space';
  if (ledger.profile.queuesBehindSync && ledger.someSyncBlocksBefore(send))
    return 'awaits-its-turn';
  if (ledger.rivalAwaitsSpace(send)) return 'awaits-its-turn';
  const why = 'it fits, and a send of this kind waits for no acknowledgement';
  return blame(RULE_OF_ROW[send.row], send, why);
}

function standingOfTransactionCall(call: TransactionCall, ledger: Ledger): Standing {
  const transaction = call.transaction;
  if (!transaction) return blame('TXN-6', call, 'no transaction is open');
  if (call.action === 'begin') {
    if (transaction.begin === 'received') return 'awaits-ack';
    if (transaction.begin === 'unsent' && ledger.somePendingBefore(call)) return 'awaits-others';
    return blame('TXN-7', call, 'nothing it could wait for is left');
  }
  const answered = transaction.endAnswer !== 'none';
  if (!answered) {
    if (transaction.endReceived || !ledger.seesPackets) return 'awaits-ack';
    // It may flush all that is on its way before it is written.
    if (transaction.begin !== 'acked' || ledger.unanswered > 0) return 'awaits-others';
    if (ledger.somePendingBefore(call)) return 'awaits-others';
  }
  const rule = call.action === 'commit' && transaction.endAnswer === 'refuse' ? 'TXN-5' : 'TXN-7';
  return blame(
    rule,
    call,
    answered ? 'the broker answered it' : 'nothing it could wait for is left',
  );
}

/** Past its timeout, counted from the first settle point after the broker received it. */
function isOverdue(send: Send, ledger: Ledger): boolean {
  return (
    send.timeoutMs > 0 &&
    send.receivedSettledMs >= 0 &&
    ledger.nowMs - send.receivedSettledMs >= send.timeoutMs
  );
}

function blame(rule: RuleId, call: Call, why: string): Blame {
  const what = call.action === 'send' ? `the send of ${call.message.id}` : `the ${call.action}`;
  return { rule, call, why: `${what} is still pending, although ${why}` };
}
