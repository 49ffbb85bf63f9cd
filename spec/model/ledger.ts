// The ledger: the fold of a history. It follows each call's dispatch and fate, the window's usage, the
// waiting queue and the transaction. It judges nothing; that is the rules' business.
import type { Call, Send } from './calls.ts';
import { rolledBack, someTimedOut } from './causes.ts';
import { blocks } from './decision.ts';
import {
  HistoryError,
  type AnswerEvent,
  type CompleteEvent,
  type HistoryEvent,
  type InvokeEvent,
  type ThrowEvent,
} from '../events/history.ts';
import { openCall } from './invocation.ts';
import { LedgerState } from './ledger-state.ts';
import type { Packet } from '../events/message.ts';
import { explain } from '../diagnosis/explanation.ts';
import { isWaiting, NOBODY, survey } from './standing.ts';
import { presumeReceived } from './unseen.ts';

/** Folds the events of one case, in order. */
export class Ledger extends LedgerState {
  #newestReceivedNext: Send | undefined;

  /** Folds in one event. Throws `HistoryError` when it cannot have happened. */
  apply(event: HistoryEvent): void {
    this.call = undefined;
    this.send = undefined;
    this.admitted = false;
    this.receivedNow = false;
    this.newestReceived = this.#newestReceivedNext;
    if (event.event !== 'settle') this.sampledUsage = undefined;
    switch (event.event) {
      case 'open':
        throw new HistoryError('a ledger holds one case; open starts another');
      case 'invoke':
        this.#invoke(event);
        break;
      case 'entered':
        this.#knownCall(event.op);
        break;
      case 'return':
        this.#end(event.op, 'returned');
        break;
      case 'throw':
        this.#end(event.op, 'failed', event);
        break;
      case 'complete':
        this.#complete(event);
        break;
      case 'async-error':
        this.send = this.register.send(event.message);
        this.notices.reported(this.send, event);
        if (this.send) this.#retireIfOver(this.send);
        break;
      case 'receive':
        this.#receive(event.packet);
        break;
      case 'ack':
      case 'refuse':
        this.steps += 1;
        this.#answer(event);
        break;
      case 'lose':
        this.#lose();
        break;
      case 'cut':
      case 'restore':
        this.noteConnection(event.event);
        break;
      case 'advance':
        if (!(event.ms >= 0)) throw new HistoryError(`time cannot advance by ${event.ms} ms`);
        this.nowMs += event.ms;
        // Time by itself changes nothing: it races with the rest only where a send may have timed out.
        if (someTimedOut(this.pending, this.nowMs)) this.steps += 1;
        break;
      case 'usage':
        this.sampledUsage = event.bytes;
        break;
      case 'settle':
        this.#settle();
        break;
    }
  }

  /** To be called once the rules have judged a settle event: starts the next turn. */
  nextTurn(): void {
    this.turn += 1;
    this.steps = 0;
    for (const send of this.notices.putDown()) this.#retireIfOver(send);
    this.suspects.nextTurn(this.deviation);
    this.explanation = undefined;
    this.sampledUsage = undefined;
    this.admittedThisTurn = [];
    this.stuck = NOBODY;
  }

  #invoke(event: InvokeEvent): void {
    this.steps += 1;
    if (event.action === 'interrupt') return this.#interrupt(event);
    this.invocations += 1;
    const call = openCall(event, this);
    this.register.add(call);
    this.call = call;
    if (call.action === 'close') this.noteClose();
    if (call.action === 'rollback' && this.seesPackets)
      this.account.withdrawUnsent(call.transaction);
    if (call.action !== 'send') return;
    this.send = call;
    this.notices.expect(call);
    this.suspects.noteInvocation(call);
  }

  #interrupt(event: InvokeEvent): void {
    if (event.target === undefined) throw new HistoryError('an interrupt without a target');
    const target = this.#knownCall(event.target);
    if (target.outcome === 'pending') {
      if (target.interruptedTurn < 0) target.interruptedTurn = this.turn;
    } else if (target.action === 'send' && target.endedTurn < this.turn)
      this.suspects.noteLateInterrupt(target);
  }

  #end(op: number, outcome: 'returned' | 'failed', event?: ThrowEvent): void {
    const call = this.#knownCall(op);
    if (call.outcome !== 'pending') throw new HistoryError(`operation ${op} ended twice`);
    call.outcome = outcome;
    call.failure = event?.error;
    call.endedTurn = this.turn;
    this.register.pending.delete(call);
    if (call.action !== 'send') {
      if (call.action === 'close') this.closeReturned ||= outcome === 'returned';
      else if (call.action === 'begin') {
        if (outcome === 'failed') this.transactions.abandon(call.transaction);
      } else if (call.transaction) {
        call.transaction.ended = outcome === 'returned';
      }
      this.register.retire(call);
      return;
    }
    if (outcome === 'returned') {
      // It hid the refusal, or came back before it: SYN-5 or the rule of its row, nobody can tell.
      if (blocks(call.dispatch) && call.answer === 'refuse' && !call.settledPending)
        this.disputed = true;
      call.returnedOrder = this.invocations;
      this.account.noteReturn(call);
      if (this.disrupted && !this.cut && blocks(call.dispatch)) this.noteReturnFromCut();
      this.#admit(call);
    } else {
      if (this.register.waiting.delete(call)) this.suspects.noteForsaken(call);
      this.notices.excuse(call);
    }
    this.#retireIfOver(call);
  }

  #admit(send: Send): void {
    if (send.admitted) return;
    send.admitted = true;
    this.admitted = true;
    this.register.waiting.delete(send);
    this.admittedThisTurn.push(send);
    const undone = this.seesPackets && send.transaction?.endedBy === 'rollback';
    const unsent = undone && !send.received;
    if (send.answer === 'none' && !this.lost && !unsent) this.charge(send);
    this.suspects.noteAdmission(send);
    if (send.charged && send.charge > 0) this.newestCharged = send;
    if (!this.seesPackets && send.transaction) send.transaction.messages += 1;
  }

  #complete({ op, threw }: CompleteEvent): void {
    const call = this.#knownCall(op);
    if (call.action !== 'send' || !call.completion) {
      throw new HistoryError(`operation ${op} has no completion callback`);
    }
    if (threw) this.threw ??= call;
    this.notices.completed(call);
    this.#retireIfOver(call);
  }

  #receive(packet: Packet): void {
    if (packet.type !== 'message') return void this.transactions.receive(packet);
    const send = this.register.send(packet.message.id);
    this.send = send;
    if (!send || send.received) return;
    send.received = true;
    this.receivedNow = true;
    this.unanswered += 1;
    if (send.order > (this.#newestReceivedNext?.order ?? 0)) this.#newestReceivedNext = send;
    if (send.transaction) {
      send.transaction.messages += 1;
      send.transaction.unanswered += 1;
    }
    if (send.outcome === 'pending') return this.#admit(send);
    this.charge(send);
    if (send.outcome === 'failed') this.admittedThisTurn.push(send);
  }

  #answer(event: AnswerEvent): void {
    if (event.message === undefined) {
      this.transactions.answer(event);
      return;
    }
    const send = this.register.send(event.message);
    if (!send) throw new HistoryError(`${event.event} for the unknown message ${event.message}`);
    if (this.seesPackets && !send.received) {
      throw new HistoryError(
        `${event.event} for ${event.message}, which the broker never received`,
      );
    }
    this.send = send;
    if (send.answer !== 'none') return;
    send.answer = event.event === 'ack' ? 'ack' : 'refuse';
    send.answeredTurn = this.turn;
    if (send.answer === 'refuse') this.notices.refused(send);
    this.suspects.noteAnswer(send, this.turn);
    this.account.release(send);
    if (send.received) this.unanswered -= 1;
    if (this.seesPackets && send.transaction) send.transaction.unanswered -= 1;
    this.#retireIfOver(send);
  }

  #lose(): void {
    this.steps += 1;
    if (this.lost) return;
    this.lost = true;
    this.lostTurn = this.turn;
    this.pendingAtLoss = this.pending.size;
    this.account.releaseAll();
    for (const send of this.waiting) send.waitedAtLoss = send.waited && this.steps === 1;
  }

  #settle(): void {
    this.stuck = survey(this, (call, verdict) => {
      call.settledPending = true;
      if (verdict === 'disputed') this.disputed = true;
      if (call.action !== 'send' || !isWaiting(call, this)) return;
      call.waited = true;
      if (verdict === 'awaits-space') call.waitedForSpace = true;
    });
    if (this.stuck.size > 0 || this.deviation !== 0) this.explanation = explain(this);
    for (const send of this.admittedThisTurn) send.receivedSettledMs = this.nowMs;
    presumeReceived(this);
  }

  #knownCall(op: number): Call {
    const call = this.register.known(op);
    this.call = call;
    if (call.action === 'send') this.send = call;
    return call;
  }

  /** Nothing more is expected of a send that has ended and is answered, or can never be. */
  #retireIfOver(send: Send): void {
    if (send.outcome === 'pending') return;
    const answerable = send.received || send.outcome === 'returned';
    if (send.answer === 'none' && answerable && !this.lost && !rolledBack(send)) return;
    if (send.over || this.notices.owes(send)) return;
    send.over = true;
    this.register.retire(send);
  }
}
