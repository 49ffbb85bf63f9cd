// The ledger: the fold of a history. It knows each call's dispatch and fate, the window's usage, the
// waiting queue and the transaction. It judges nothing; that is the rules' business.
import { Account } from './account.ts';
import type { Call, Send, Transaction } from './calls.ts';
import { rolledBack } from './causes.ts';
import { blocks } from './decision.ts';
import { HistoryError, type AnswerEvent, type HistoryEvent, type OpenEvent } from './history.ts';
import { openCall } from './invocation.ts';
import type { Packet } from './message.ts';
import { STRICT, type Profile } from './profile.ts';
import { Recent } from './recent.ts';
import type { RuleId } from './rule.ts';
import type { ProducerSettings } from './settings.ts';
import { standing, type Blame } from './standing.ts';
import { Transactions } from './transactions.ts';
import { fits } from './window.ts';

/** Folds the events of one case, in order. Fields are for reading; only `apply` writes them. */
export class Ledger {
  readonly profile: Profile;
  readonly settings: ProducerSettings;
  /** Whether the history shows what the broker received. */
  readonly seesPackets: boolean;

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
  /** The last figure the producer gave of its usage, if this turn brought one. */
  sampledUsage: number | undefined;

  readonly account = new Account();
  readonly transactions = new Transactions();
  /** Calls without an outcome, in the order in which they were invoked. */
  readonly pending = new Set<Call>();
  /** Pending sends that are not admitted and not doomed, in the order in which they were invoked. */
  readonly waiting = new Set<Send>();
  /** Sends with a completion callback that has not fired. */
  readonly unfired = new Set<Send>();
  /** Refused async sends that no error report has named. */
  readonly unreported = new Set<Send>();
  /** Error reports that named no message. */
  anonymousErrors = 0;
  /** Refusals so far, of whatever kind of send. */
  refusals = 0;
  /** Sends that were admitted in this turn. */
  admittedThisTurn: Send[] = [];
  /** At a settle point: pending calls without a lawful reason, the first for each rule. */
  stuck = new Map<RuleId, Blame>();

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

  readonly #calls = new Recent<number, Call>();
  readonly #sends = new Recent<string, Send>();
  #newestReceivedNext = 0;

  constructor(open: OpenEvent, profile: Profile = STRICT) {
    this.profile = profile;
    this.settings = open.settings;
    this.seesPackets = open.observes !== 'calls';
  }

  /** Folds in one event. Throws `HistoryError` when it cannot have happened. */
  apply(event: HistoryEvent): void {
    this.call = undefined;
    this.send = undefined;
    this.admitted = false;
    this.receivedNow = false;
    this.newestReceived = this.#newestReceivedNext;
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
        this.#asyncError(event.message);
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
    if (this.admittedThisTurn.length > 0) this.admittedThisTurn = [];
    if (this.stuck.size > 0) this.stuck = new Map();
  }

  sendOf(messageId: string): Send | undefined {
    return this.#sends.get(messageId);
  }

  callOf(op: number): Call | undefined {
    return this.#calls.get(op);
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

  /** Whether an earlier send waits for its acknowledgement, its caller blocked. */
  someSyncBlocksBefore(send: Send): boolean {
    for (const call of this.pending) {
      if (call === send) return false;
      if (call.action === 'send' && blocks(call.dispatch)) {
        if (call.admitted || !this.seesPackets || this.profile.queuesBehindSync) return true;
      }
    }
    return false;
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
    if (this.#calls.has(event.op)) throw new HistoryError(`operation ${event.op} is invoked twice`);
    this.invocations += 1;
    const call = openCall(event, this);
    this.#calls.set(event.op, call);
    this.pending.add(call);
    this.call = call;
    if (call.action === 'close') {
      if (!this.closeInvoked) this.closeTurn = this.turn;
      this.closeInvoked = true;
    }
    if (call.action === 'rollback') this.#withdrawUnsent(call.transaction);
    if (call.action !== 'send') return;
    if (this.#sends.has(call.message.id)) {
      throw new HistoryError(`message ${call.message.id} is sent twice by the application`);
    }
    this.#sends.set(call.message.id, call);
    this.send = call;
    if (call.completion) this.unfired.add(call);
    if (!call.doom) this.waiting.add(call);
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
    this.pending.delete(call);
    if (call.action !== 'send') {
      if (call.action === 'close') this.closeReturned ||= outcome === 'returned';
      else if (call.action !== 'begin' && call.transaction) call.transaction.ended = true;
      this.#calls.retire(op);
      return;
    }
    if (outcome === 'returned') {
      call.returnedOrder = this.invocations;
      this.account.noteReturn(call);
      this.#admit(call);
    } else {
      this.waiting.delete(call);
      this.unfired.delete(call);
    }
    this.#retireIfOver(call);
  }

  #admit(send: Send): void {
    if (send.admitted) return;
    send.admitted = true;
    this.admitted = true;
    this.waiting.delete(send);
    this.admittedThisTurn.push(send);
    if (send.answer === 'none' && !this.lost) this.account.charge(send);
    if (!this.seesPackets && send.transaction) send.transaction.messages += 1;
  }

  #complete(op: number): void {
    const call = this.#knownCall(op);
    if (call.action !== 'send' || !call.completion) {
      throw new HistoryError(`operation ${op} has no completion callback`);
    }
    call.completions += 1;
    this.unfired.delete(call);
  }

  #asyncError(message: string | undefined): void {
    if (message === undefined) {
      this.anonymousErrors += 1;
      return;
    }
    this.send = this.#sends.get(message);
    if (!this.send) return;
    this.send.asyncErrors += 1;
    this.unreported.delete(this.send);
  }

  #receive(packet: Packet): void {
    if (packet.type !== 'message') {
      this.transactions.receive(packet);
      return;
    }
    const send = this.#sends.get(packet.message.id);
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
    const send = this.#sends.get(event.message);
    if (!send) throw new HistoryError(`${event.event} for the unknown message ${event.message}`);
    if (this.seesPackets && !send.received) {
      throw new HistoryError(`${event.event} for ${event.message}, which the broker never received`);
    }
    this.send = send;
    if (send.answer !== 'none') return;
    send.answer = event.event === 'ack' ? 'ack' : 'refuse';
    send.answeredTurn = this.turn;
    if (send.answer === 'refuse') this.#refused(send);
    this.account.release(send);
    if (this.seesPackets && send.transaction) send.transaction.unanswered -= 1;
    this.#retireIfOver(send);
  }

  #refused(send: Send): void {
    this.refusals += 1;
    if (send.dispatch === 'async' && send.outcome !== 'failed' && send.asyncErrors === 0) {
      this.unreported.add(send);
    }
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
    let first = true;
    for (const call of this.pending) {
      const verdict = standing(call, first, this);
      if (typeof verdict === 'object' && !this.stuck.has(verdict.rule)) {
        this.stuck.set(verdict.rule, verdict);
      }
      call.settledPending = true;
      if (call.action !== 'send' || call.admitted || call.doom) continue;
      if (!this.seesPackets && blocks(call.dispatch)) continue;
      call.waited = true;
      if (verdict === 'awaits-space') call.waitedForSpace = true;
      first = false;
    }
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
    const call = this.#calls.get(op);
    if (!call) throw new HistoryError(`operation ${op} was never invoked`);
    this.call = call;
    if (call.action === 'send') this.send = call;
    return call;
  }

  /** Nothing more is expected of a send that has ended and is answered, or can never be. */
  #retireIfOver(send: Send): void {
    if (send.outcome === 'pending') return;
    const answerable = send.received || send.outcome === 'returned';
    if (send.answer === 'none' && answerable && !this.lost && !rolledBack(send)) return;
    if (send.over) return;
    send.over = true;
    this.#calls.retire(send.op);
    this.#sends.retire(send.message.id);
  }
}
