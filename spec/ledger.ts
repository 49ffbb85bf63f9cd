// The ledger: the fold of a history. It knows each call's dispatch and fate, the window's usage, the
// waiting queue and the transaction. It judges nothing; that is the rules' business.
import { Account } from './account.ts';
import type { Call, Send, Transaction } from './calls.ts';
import { rolledBack } from './causes.ts';
import { blocks } from './decision.ts';
import { HistoryError, type AnswerEvent, type HistoryEvent, type OpenEvent } from './history.ts';
import { openCall } from './invocation.ts';
import type { Packet } from './message.ts';
import { Notices } from './notices.ts';
import { STRICT, type Profile } from './profile.ts';
import { Register } from './register.ts';
import type { RuleId } from './rule.ts';
import type { ProducerSettings } from './settings.ts';
import { isWaiting, NOBODY, survey, type Blame } from './standing.ts';
import { Transactions } from './transactions.ts';
import { fits } from './window.ts';

/** Folds the events of one case, in order. Fields are for reading; only `apply` writes them. */
export class Ledger {
  readonly profile: Profile;
  readonly settings: ProducerSettings;
  /** Whether the history shows what the broker received. */
  readonly seesPackets: boolean;
  /** Whether the producer claims to have a window. */
  readonly hasWindow: boolean;

  /** History time in milliseconds: the sum of all `advance` events. */
  nowMs = 0;
  /** Settle points so far. Events of one turn race with one another. */
  turn = 0;
  /** Stimuli in this turn: invocations, answers, loss and time. */
  stimuli = 0;
  /** Invocations so far. */
  invocations = 0;
  lost = false;
  lostTurn = -1;
  closeInvoked = false;
  closeReturned = false;
  closeTurn = -1;
  /** Whether some call was pending when the connection was lost. */
  pendingAtLoss = 0;
  /** The producer's own figure of its usage, if it was the last thing to be heard. */
  sampledUsage: number | undefined;

  readonly account = new Account();
  readonly transactions = new Transactions();
  /** What callbacks and the error listener were told, and what they still must be told. */
  readonly notices = new Notices();
  /** Sends that were admitted in this turn. */
  readonly admittedThisTurn: Send[] = [];
  /** At a settle point: pending calls without a lawful reason, the first for each rule. */
  stuck: ReadonlyMap<RuleId, Blame> = NOBODY;
  /** At a settle point: some call is stuck, and it cannot be told whose fault it is. */
  disputed = false;

  /** The call that the last event was about. */
  call: Call | undefined;
  /** The send that the last event was about. */
  send: Send | undefined;
  /** Whether the last event admitted `send`. */
  admitted = false;
  /** Whether the last event was the first receipt of `send`. */
  receivedNow = false;
  /** The highest invocation order among received messages, before the last event. */
  newestReceived = 0;

  readonly #register = new Register();
  #newestReceivedNext = 0;

  constructor(open: OpenEvent, profile: Profile = STRICT) {
    this.profile = profile;
    this.settings = open.settings;
    this.seesPackets = open.observes !== 'calls';
    this.hasWindow = open.supports?.includes('window') ?? true;
  }

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
        this.#complete(event.op);
        break;
      case 'async-error':
        this.send = this.#register.send(event.message);
        this.notices.reported(this.send, event.message);
        if (this.send) this.#retireIfOver(this.send);
        break;
      case 'receive':
        this.#receive(event.packet);
        break;
      case 'ack':
      case 'refuse':
        this.stimuli += 1;
        this.#answer(event);
        break;
      case 'lose':
        this.#lose();
        break;
      case 'advance':
        if (!(event.ms >= 0)) throw new HistoryError(`time cannot advance by ${event.ms} ms`);
        this.stimuli += 1;
        this.nowMs += event.ms;
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
    this.stimuli = 0;
    this.sampledUsage = undefined;
    this.admittedThisTurn.length = 0;
    this.stuck = NOBODY;
  }

  /** Calls without an outcome, in the order in which they were invoked. */
  get pending(): ReadonlySet<Call> {
    return this.#register.pending;
  }

  /** Pending sends that are not admitted and not doomed, in the order in which they were invoked. */
  get waiting(): ReadonlySet<Send> {
    return this.#register.waiting;
  }

  sendOf(messageId: string): Send | undefined {
    return this.#register.send(messageId);
  }

  callOf(op: number): Call | undefined {
    return this.#register.call(op);
  }

  /** Whether a send would be admitted by the window as it is now. */
  fits(send: Send): boolean {
    return fits(this.#admission(send), this.profile);
  }

  /** The window's state in words, for a send that wants in. */
  describeSpace(send: Send): string {
    const { usage, windowSize, charge } = this.#admission(send);
    const wanted = send.charged ? `${charge} bytes wanted` : 'nothing charged';
    return `${usage} of ${windowSize} bytes in use, ${wanted}`;
  }

  #admission(send: Send) {
    const { charge, charged } = send;
    return { windowSize: this.settings.windowSize, usage: this.account.usage, charge, charged };
  }

  /**
   * Whether a send that stands before this one waits for its acknowledgement, its caller blocked. Where
   * sends are not served in the order of their calls, any other may stand before it.
   */
  someSyncBlocksBefore(send: Send): boolean {
    for (const call of this.pending) {
      if (call === send && this.profile.firstComeFirstServed) return false;
      if (call === send) continue;
      if (call.action === 'send' && blocks(call.dispatch)) {
        if (call.admitted || !this.seesPackets || this.profile.queuesBehindSync) return true;
      }
    }
    return false;
  }

  /** Bytes of the earlier sends whose callers are blocked. */
  blockedBytesBefore(send: Send): number {
    let bytes = 0;
    for (const call of this.pending) {
      if (call === send) break;
      if (call.action === 'send' && blocks(call.dispatch)) bytes += call.charge;
    }
    return bytes;
  }

  /** Whether any earlier call is still pending. */
  somePendingBefore(call: Call): boolean {
    return this.pending.values().next().value !== call;
  }

  #invoke(event: Extract<HistoryEvent, { event: 'invoke' }>): void {
    this.stimuli += 1;
    if (event.action === 'interrupt') {
      const target = this.#knownCall(event.target ?? -1);
      if (target.outcome === 'pending' && target.interruptedTurn < 0) target.interruptedTurn = this.turn;
      return;
    }
    this.invocations += 1;
    const call = openCall(event, this);
    this.#register.add(call);
    this.call = call;
    if (call.action === 'close') {
      if (!this.closeInvoked) this.closeTurn = this.turn;
      this.closeInvoked = true;
    }
    if (call.action === 'rollback' && this.seesPackets) this.#withdrawUnsent(call.transaction);
    if (call.action !== 'send') return;
    this.send = call;
    this.notices.expect(call);
  }

  /** What a rolled-back transaction has not written yet may never be written, and holds no space. */
  #withdrawUnsent(transaction: Transaction | undefined): void {
    if (!transaction) return;
    for (const send of this.account.holders) {
      if (send.transaction === transaction && !send.received) this.account.release(send);
    }
  }

  #end(op: number, outcome: 'returned' | 'failed', event?: Extract<HistoryEvent, { event: 'throw' }>) {
    const call = this.#knownCall(op);
    if (call.outcome !== 'pending') throw new HistoryError(`operation ${op} ended twice`);
    call.outcome = outcome;
    call.failure = event?.error;
    call.endedTurn = this.turn;
    this.#register.pending.delete(call);
    if (call.action !== 'send') {
      if (call.action === 'close') this.closeReturned ||= outcome === 'returned';
      else if (call.action !== 'begin' && call.transaction) {
        call.transaction.ended = outcome === 'returned';
      }
      this.#register.retire(call);
      return;
    }
    if (outcome === 'returned') {
      call.returnedOrder = this.invocations;
      this.account.noteReturn(call);
      this.#admit(call);
    } else {
      this.#register.waiting.delete(call);
      this.notices.excuse(call);
    }
    this.#retireIfOver(call);
  }

  #admit(send: Send): void {
    if (send.admitted) return;
    send.admitted = true;
    this.admitted = true;
    this.#register.waiting.delete(send);
    this.admittedThisTurn.push(send);
    const withdrawn = send.transaction?.endedBy === 'rollback' && !send.received;
    if (send.answer === 'none' && !this.lost && !withdrawn) this.account.charge(send);
    if (!this.seesPackets && send.transaction) send.transaction.messages += 1;
  }

  #complete(op: number): void {
    const call = this.#knownCall(op);
    if (call.action !== 'send' || !call.completion) {
      throw new HistoryError(`operation ${op} has no completion callback`);
    }
    this.notices.completed(call);
    this.#retireIfOver(call);
  }

  #receive(packet: Packet): void {
    if (packet.type !== 'message') {
      this.transactions.receive(packet);
      return;
    }
    const send = this.#register.send(packet.message.id);
    this.send = send;
    if (!send || send.received) return;
    send.received = true;
    this.receivedNow = true;
    if (send.order > this.#newestReceivedNext) this.#newestReceivedNext = send.order;
    if (send.transaction) {
      send.transaction.messages += 1;
      send.transaction.unanswered += 1;
    }
    if (send.outcome === 'pending') this.#admit(send);
    else this.account.charge(send);
  }

  #answer(event: AnswerEvent): void {
    if (event.message === undefined) {
      this.transactions.answer(event);
      return;
    }
    const send = this.#register.send(event.message);
    if (!send) throw new HistoryError(`${event.event} for the unknown message ${event.message}`);
    if (this.seesPackets && !send.received) {
      throw new HistoryError(`${event.event} for ${event.message}, which the broker never received`);
    }
    this.send = send;
    if (send.answer !== 'none') return;
    send.answer = event.event === 'ack' ? 'ack' : 'refuse';
    send.answeredTurn = this.turn;
    if (send.answer === 'refuse') this.notices.refused(send);
    this.account.release(send);
    if (this.seesPackets && send.transaction) send.transaction.unanswered -= 1;
    this.#retireIfOver(send);
  }

  #lose(): void {
    this.stimuli += 1;
    if (this.lost) return;
    this.lost = true;
    this.lostTurn = this.turn;
    this.pendingAtLoss = this.pending.size;
    this.account.releaseAll();
    for (const send of this.waiting) send.waitedAtLoss = send.waited && this.stimuli === 1;
  }

  #settle(): void {
    this.stuck = survey(this, (call, verdict) => {
      call.settledPending = true;
      if (verdict === 'disputed') this.disputed = true;
      if (call.action !== 'send' || !isWaiting(call, this)) return;
      call.waited = true;
      if (verdict === 'awaits-space') call.waitedForSpace = true;
    });
    for (const send of this.admittedThisTurn) send.receivedSettledMs = this.nowMs;
    if (!this.seesPackets) this.#presumeReceived();
  }

  /** Where packets cannot be seen, a blocked caller's packet is taken to be on its way by now. */
  #presumeReceived(): void {
    for (const call of this.pending) {
      if (call.action !== 'send' || !blocks(call.dispatch) || call.receivedSettledMs >= 0) continue;
      if (this.fits(call)) call.receivedSettledMs = this.nowMs;
    }
  }

  #knownCall(op: number): Call {
    const call = this.#register.known(op);
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
    this.#register.retire(send);
  }
}
