// The fold: what each event makes of the ledger. It judges nothing; that is the rules' business.
import {
  HistoryError,
  type AnswerEvent,
  type CompleteEvent,
  type HistoryEvent,
  type InvokeEvent,
  type LoseEvent,
  type ReturnEvent,
  type ThrowEvent,
} from '../events/history.ts';
import type { Packet } from '../events/message.ts';
import { type Call, type CloseCall, rolledBack, type Send, type TransactionCall } from './calls.ts';
import { isForbidden, someTimedOut } from './causes.ts';
import { blocks } from './decision.ts';
import { failInCallback } from './in-callbacks.ts';
import { enterCall } from './invocation.ts';
import type { Ledger } from './ledger.ts';
import { comesAgain, cut, forgetOwed, mayBeKept, restore } from './reconnecting.ts';
import { classifyPending, isWaiting, type WaitReason } from './wait-reason.ts';

/**
 * Folds one event into a ledger. It reads nothing else, and changes the ledger in place: `fork` it first to
 * keep the state before. Throws `HistoryError` when the event cannot have happened.
 */
export function step(ledger: Ledger, event: HistoryEvent): void {
  forgetLastEvent(ledger);
  // A figure speaks for the settle point that follows it at once.
  if (event.event !== 'settle') ledger.sampledUsage = undefined;
  switch (event.event) {
    case 'open':
      throw new HistoryError('a ledger holds one case; open starts another');
    case 'invoke':
      return invoke(ledger, event);
    case 'entered':
      return void knownCall(ledger, event.op);
    case 'return':
    case 'throw':
      return end(ledger, event);
    case 'complete':
      return complete(ledger, event);
    case 'async-error':
      ledger.send = event.message === undefined ? undefined : ledger.sends.get(event.message);
      ledger.notices.reported(ledger.send, event);
      if (ledger.disrupted && !ledger.send && ledger.reconnection)
        ledger.reconnection.anonymousErrors += 1;
      return ledger.send && retireIfOver(ledger, ledger.send);
    case 'receive':
      return receive(ledger, event.packet);
    case 'ack':
    case 'refuse':
      countStep(ledger);
      return answer(ledger, event);
    case 'lose':
      return lose(ledger, event);
    case 'cut':
      countStep(ledger);
      return cut(ledger);
    case 'restore':
      countStep(ledger);
      return restore(ledger);
    case 'advance':
      if (!(event.ms >= 0)) throw new HistoryError(`time cannot advance by ${event.ms} ms`);
      ledger.nowAtMs += event.ms;
      // Time by itself changes nothing: it races with the rest only where a send may have timed out.
      if (someTimedOut(ledger)) countStep(ledger);
      return;
    case 'usage':
      ledger.sampledUsage = event.bytes;
      return;
    case 'settle':
      return settle(ledger);
    case 'leftovers':
      return;
  }
}

/** Starts the next turn, once the rules have judged the settle point that ended this one. */
export function nextTurn(ledger: Ledger): void {
  ledger.turn += 1;
  ledger.steps = 'none';
  forgetOwed(ledger);
  for (const send of ledger.notices.matchAnonymous()) retireIfOver(ledger, send);
  ledger.lateAnswer = undefined;
  ledger.lateInterrupt = undefined;
  ledger.sampledUsage = undefined;
  ledger.justFreed = 0;
  if (ledger.admittedThisTurn.length > 0) ledger.admittedThisTurn = [];
  if (ledger.overdue.length > 0) ledger.overdue = [];
}

/** What is known of the last event alone goes. */
export function forgetLastEvent(ledger: Ledger): void {
  ledger.call = undefined;
  ledger.send = undefined;
  ledger.failure = undefined;
  ledger.admitted = false;
  ledger.tookSpace = false;
  ledger.receivedNow = false;
  ledger.sentAgain = false;
  ledger.newestBefore = undefined;
}

function countStep(ledger: Ledger): void {
  ledger.steps = ledger.steps === 'none' ? 'one' : 'several';
}

function invoke(ledger: Ledger, event: InvokeEvent): void {
  countStep(ledger);
  if (event.action === 'interrupt') return interrupt(ledger, event);
  ledger.invocations += 1;
  const call = enterCall(event, ledger);
  ledger.call = call;
  if (call.action === 'close') {
    if (!ledger.closeInvoked) ledger.closeTurn = ledger.turn;
    ledger.closeInvoked = true;
  } else if (call.action === 'send') {
    ledger.send = call;
    ledger.notices.expect(call);
    if (call.rejection) ledger.account.heed(call, 'rejected');
  }
}

function interrupt(ledger: Ledger, event: InvokeEvent): void {
  if (event.target === undefined) throw new HistoryError('an interrupt without a target');
  const target = knownCall(ledger, event.target);
  if (target.outcome === 'pending') {
    if (target.interruptedTurn < 0) target.interruptedTurn = ledger.turn;
  } else if (target.action === 'send' && target.endedTurn < ledger.turn) {
    ledger.lateInterrupt = target;
    ledger.account.heed(target, 'late-interrupt');
  }
}

function end(ledger: Ledger, event: ReturnEvent | ThrowEvent): void {
  const call = knownCall(ledger, event.op);
  if (call.outcome !== 'pending') throw new HistoryError(`operation ${event.op} ended twice`);
  call.outcome = event.event === 'return' ? 'returned' : 'failed';
  call.endedTurn = ledger.turn;
  if (event.event === 'throw') ledger.failure = event.error;
  ledger.pending.delete(call);
  if (call.action === 'flush') return ledger.calls.retire(call.op);
  if (ledger.flushes && call.outcome === 'failed') ledger.failures += 1;
  if (call.action === 'send') return endSend(ledger, call);
  if (isForbidden(call, ledger)) takeBack(ledger, call);
  else if (call.action === 'close') ledger.closeReturned ||= call.outcome === 'returned';
  else if (call.action !== 'begin') {
    if (call.transaction) call.transaction.ended = call.outcome === 'returned';
  } else if (call.outcome === 'failed') ledger.transactions.abandon(call.transaction);
  ledger.calls.retire(call.op);
}

/** A call that is forbidden inside a callback has changed nothing. */
function takeBack(ledger: Ledger, call: TransactionCall | CloseCall): void {
  if (call.action === 'begin') ledger.transactions.abandon(call.transaction);
  else if (call.action !== 'close') ledger.transactions.reopen(call.transaction);
  else {
    ledger.closeInvoked = ledger.closeReturned;
    for (const { action } of ledger.pending) if (action === 'close') ledger.closeInvoked = true;
    if (!ledger.closeInvoked) ledger.closeTurn = -1;
  }
}

function endSend(ledger: Ledger, send: Send): void {
  if (send.outcome === 'returned') {
    send.returnedOrder = ledger.invocations;
    ledger.account.noteReturn(send);
    // A blocked caller had its answer: from the next turn on, what is sent reaches the broker at once.
    if (ledger.disrupted && !ledger.cut && blocks(send.dispatch))
      ledger.doubtfulUntilTurn = Math.min(ledger.doubtfulUntilTurn, ledger.turn);
    admit(ledger, send);
  } else {
    if (ledger.waiting.delete(send)) ledger.account.heed(send, 'abandoned');
    // Whether what it holds is freed with its call or by its answer, the profile does not say.
    if (send.charged && send.holding && blocks(send.dispatch)) ledger.account.doubt(send);
    ledger.notices.excuse(send);
  }
  retireIfOver(ledger, send);
}

function admit(ledger: Ledger, send: Send): void {
  if (send.admitted) return;
  send.admitted = true;
  ledger.admitted = true;
  ledger.waiting.delete(send);
  ledger.admittedThisTurn.push(send);
  if (send.received || !ledger.seesPackets) takeSpace(ledger, send);
  else if (mayBeKept(send, ledger)) ledger.reconnection?.keep(send);
  if (!ledger.seesPackets && send.transaction) send.transaction.messages += 1;
}

/** Where packets are seen, what takes space is what the broker has received: a mere return is no admission. */
function takeSpace(ledger: Ledger, send: Send): void {
  if (ledger.lost || send.answer !== 'none') return;
  const isDoubtful = !ledger.seesPackets && ledger.isDoubtful(send);
  ledger.tookSpace = ledger.account.take(send, isDoubtful);
}

function complete(ledger: Ledger, { op, threw, error }: CompleteEvent): void {
  const call = knownCall(ledger, op);
  if (call.action !== 'send' || !call.completion)
    throw new HistoryError(`operation ${op} has no completion callback`);
  if (threw) ledger.callbackThrew = true;
  ledger.notices.completed(call);
  if (error) failInCallback(call, ledger);
  retireIfOver(ledger, call);
}

function receive(ledger: Ledger, packet: Packet): void {
  if (packet.type !== 'message') return void ledger.transactions.receive(packet);
  const send = ledger.sends.get(packet.message.id);
  ledger.send = send;
  if (!send) return;
  if (send.received) {
    if (comesAgain(send, ledger)) receiveAgain(ledger, send);
    return;
  }
  send.received = true;
  ledger.receivedNow = true;
  ledger.unanswered += 1;
  ledger.reconnection?.receive(send, (one) => ledger.destinationOf(one));
  if (ledger.isDoubtful(send)) ledger.reconnection?.recovering.add(send);
  noteNewest(ledger, send);
  if (send.transaction) {
    send.transaction.messages += 1;
    send.transaction.unanswered += 1;
  }
  if (send.outcome === 'pending') return admit(ledger, send);
  takeSpace(ledger, send);
  if (send.outcome === 'failed') ledger.admittedThisTurn.push(send);
}

/** It was admitted before: what takes its space once more is no admission. */
function receiveAgain(ledger: Ledger, send: Send): void {
  ledger.reconnection?.receive(send, (one) => ledger.destinationOf(one));
  ledger.reconnection?.recovering.add(send);
  ledger.sentAgain = true;
  ledger.unanswered += 1;
  takeSpace(ledger, send);
  ledger.tookSpace = false;
}

function noteNewest(ledger: Ledger, send: Send): void {
  if (send.order > (ledger.newestReceived?.order ?? 0)) ledger.newestReceived = send;
  const destination = ledger.destinationOf(send);
  const newest = ledger.newestTo.get(destination);
  ledger.newestBefore = newest;
  if (newest && newest.order > send.order) return;
  if (ledger.newestTo.add(destination, send)) ledger.newestTo.retire(destination);
}

function answer(ledger: Ledger, event: AnswerEvent): void {
  if (event.message === undefined) return ledger.transactions.answer(event);
  const { message, event: type } = event;
  const send = ledger.sends.get(message);
  if (!send) throw new HistoryError(`${type} for the unknown message ${message}`);
  if (ledger.seesPackets && !send.received)
    throw new HistoryError(`${type} for ${message}, which the broker never received`);
  ledger.send = send;
  if (send.answer !== 'none') return;
  send.answer = type === 'ack' ? 'ack' : 'refuse';
  send.answeredTurn = ledger.turn;
  if (send.answer === 'refuse') ledger.notices.refused(send);
  ledger.account.heed(send, send.answer);
  if (send.outcome === 'failed' && send.endedTurn < ledger.turn) {
    ledger.lateAnswer = send;
    ledger.account.heed(send, 'late-answer');
  }
  const { most } = ledger.account;
  ledger.account.release(send);
  if (ledger.profile.whenFull === 'fail') ledger.justFreed += most - ledger.account.most;
  if (send.received && !ledger.reconnection?.owed.has(send)) ledger.unanswered -= 1;
  ledger.reconnection?.answer(send);
  if (ledger.seesPackets && send.transaction) send.transaction.unanswered -= 1;
  retireIfOver(ledger, send);
}

function lose(ledger: Ledger, { refusal }: LoseEvent): void {
  countStep(ledger);
  if (ledger.lost) return;
  ledger.lost = true;
  ledger.lostByRefusal = refusal === true;
  ledger.lostTurn = ledger.turn;
  ledger.pendingAtLoss = ledger.pending.size > 0;
  ledger.cut = false;
  ledger.reconnection?.forget();
  ledger.account.releaseAll();
  for (const send of ledger.waiting) send.waitedAtLoss = send.waited && !ledger.isRacing;
}

function settle(ledger: Ledger): void {
  classifyPending(ledger, noteReason);
  for (const send of ledger.admittedThisTurn) send.settledAtMs = ledger.nowAtMs;
  for (const send of ledger.reconnection?.atBroker ?? [])
    if (send.settledAtMs < 0) send.settledAtMs = ledger.nowAtMs;
  if (!ledger.seesPackets && !ledger.cut) presumeReceived(ledger);
}

function noteReason(call: Call, reason: WaitReason | undefined, ledger: Ledger): void {
  call.settledPending = true;
  if (reason === undefined) ledger.overdue.push(call);
  if (call.action !== 'send' || !isWaiting(call, ledger)) return;
  call.waited = true;
  if (reason === 'space') call.waitedForSpace = true;
  if (reason && ledger.settings.maxBlockMs) noteBlocked(call, reason, ledger);
}

/** Who waits behind one that waits for space waits for space as well. */
function noteBlocked(send: Send, reason: WaitReason, ledger: Ledger): void {
  const isBlocked =
    reason === 'space' || (reason === 'turn' && ledger.profile.order === 'first-come-first-served');
  if (!isBlocked) send.blockedSinceAtMs = -1;
  else if (send.blockedSinceAtMs < 0) send.blockedSinceAtMs = ledger.nowAtMs;
}

/** Of a broker that cannot be watched: a blocked caller's packet is taken to be out if nothing holds it up. */
function presumeReceived(ledger: Ledger): void {
  const { order, syncHoldsUp } = ledger.profile;
  let first = true;
  for (const call of ledger.pending) {
    if (call.action !== 'send' || call.rejection || call.settledAtMs >= 0) continue;
    const isHeldUp =
      (order === 'first-come-first-served' && !first) ||
      (syncHoldsUp === 'its-session' && ledger.someSyncBlocksBefore(call));
    if (blocks(call.dispatch) && !isHeldUp && ledger.fits(call)) {
      call.settledAtMs = ledger.nowAtMs;
      if (call.charged || call.mayCharge) ledger.account.take(call, true);
    } else first = false;
  }
}

function knownCall(ledger: Ledger, op: number): Call {
  const call = ledger.calls.get(op);
  if (!call) throw new HistoryError(`operation ${op} was never invoked`);
  ledger.call = call;
  if (call.action === 'send') ledger.send = call;
  return call;
}

/** Nothing more is expected of a send that has ended and is answered, or can never be. */
function retireIfOver(ledger: Ledger, send: Send): void {
  if (send.outcome === 'pending') return;
  const answerable = send.received || (send.outcome === 'returned' && !send.failedInCallback);
  if (send.answer === 'none' && answerable && !ledger.lost && !rolledBack(send)) return;
  if (send.over || ledger.notices.owes(send)) return;
  send.over = true;
  ledger.calls.retire(send.op);
  if (ledger.sends.get(send.message.id) === send) ledger.sends.retire(send.message.id);
}
