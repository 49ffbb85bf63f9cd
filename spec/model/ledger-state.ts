// What the ledger knows at any moment, and the questions that rules ask of it. How events change it is
// in ledger.ts.
import { asBytes } from './quantity.ts';
import { Account } from './account.ts';
import type { Call, Send } from './calls.ts';
import { blocks } from './decision.ts';
import { HistoryError, type OpenEvent } from '../events/history.ts';
import { Notices } from './notices.ts';
import { STRICT, type Profile } from './profile.ts';
import { Register } from './register.ts';
import type { RuleId } from '../rule.ts';
import type { ProducerSettings } from '../events/settings.ts';
import type { Explanation } from '../diagnosis/explanation.ts';
import { NOBODY, type Blame } from './standing.ts';
import { Suspects } from '../diagnosis/suspects.ts';
import { Transactions } from './transactions.ts';
import { fits } from './window.ts';

/** The state of one case. Fields are for reading; only the ledger writes them. */
export abstract class LedgerState {
  readonly profile: Profile;
  readonly settings: ProducerSettings;
  /** Whether the history shows what the broker received. */
  readonly seesPackets: boolean;
  /** Whether the producer claims to have a window. */
  readonly hasWindow: boolean;
  /** Whether the producer claims to tell its own usage. */
  readonly hasUsage: boolean;
  /** Whether calls of one turn may begin in any order. */
  readonly concurrent: boolean;

  /** History time in milliseconds: the sum of all `advance` events. */
  nowMs = 0;
  /** Settle points so far. Events of one turn race with one another. */
  turn = 0;
  /** Steps in this turn: invocations, answers, loss and time. */
  steps = 0;
  /** Invocations so far. */
  invocations = 0;
  lost = false;
  /** The connection is broken, and cannot be made anew yet. */
  cut = false;
  /**
   * What was invoked up to this turn may, for a cut, be lost, kept, or sent again much later, and nobody knows
   * what space it takes. Infinite from a cut until a blocked caller has had its answer again; -1: no cut.
   */
  doubtfulUntilTurn = -1;
  /** There was a cut: from then on any call may fail for it. */
  disrupted = false;
  lostTurn = -1;
  closeInvoked = false;
  closeReturned = false;
  closeTurn = -1;
  /** Messages that the broker received and has not answered. */
  unanswered = 0;
  /** Whether some call was pending when the connection was lost. */
  pendingAtLoss = 0;
  /** The producer's own figure of its usage, if it was the last thing to be heard. */
  sampledUsage: number | undefined;

  readonly account = new Account();
  readonly transactions = new Transactions();
  /** What callbacks and the error listener were told, and what they still must be told. */
  readonly notices = new Notices();
  /** What common mistakes would make of the window. */
  readonly suspects = new Suspects();
  /** Sends that were admitted in this turn, or arrived in it although they had failed. */
  admittedThisTurn: Send[] = [];
  /** At a settle point: pending calls without a lawful reason, the first for each rule. */
  stuck: ReadonlyMap<RuleId, Blame> = NOBODY;
  /** Something was unlawful, and it cannot be told whose fault it is. */
  disputed = false;
  /** At a settle point: the one mistake that accounts for what is wrong with the window. */
  explanation: Explanation | undefined;
  /** The send whose completion callback threw. */
  threw: Send | undefined;

  /** The call that the last event was about. */
  call: Call | undefined;
  /** The send that the last event was about. */
  send: Send | undefined;
  /** Whether the last event admitted `send`. */
  admitted = false;
  /** Whether the last event was the first receipt of `send`. */
  receivedNow = false;
  /** The latest invoked of the received messages, before the last event. */
  newestReceived: Send | undefined;

  /** The last charged send that was admitted, of a byte or more. */
  newestCharged: Send | undefined;

  protected readonly register = new Register();

  constructor(open: OpenEvent, profile: Profile = STRICT) {
    this.profile = profile;
    this.settings = open.settings;
    this.seesPackets = open.observes !== 'calls';
    this.concurrent = open.concurrent ?? false;
    this.hasWindow = open.supports?.includes('window') ?? true;
    this.hasUsage = open.supports?.includes('usage') ?? true;
  }

  /** Calls without an outcome, in the order in which they were invoked. */
  get pending(): ReadonlySet<Call> {
    return this.register.pending;
  }

  /** Pending sends that are not admitted and not doomed, in the order in which they were invoked. */
  get waiting(): ReadonlySet<Send> {
    return this.register.waiting;
  }

  /** The send of a message, while anything is still expected of it, and a while longer. */
  sendOf(messageId: string): Send | undefined {
    return this.register.send(messageId);
  }

  /** The call of an operation, likewise. */
  callOf(op: number): Call | undefined {
    return this.register.call(op);
  }

  /** Whether a send would be admitted by the window as it is now. */
  fits(send: Send): boolean {
    return fits(this.#admission(send), this.profile);
  }

  /** Whether a send that fits would not by the producer's own figure, so that it waits for space all the same. */
  isKeptOutByOwnFigure(send: Send): boolean {
    const usage = this.sampledUsage;
    if (usage === undefined || !this.fits(send)) return false;
    return !fits({ ...this.#admission(send), usage }, this.profile);
  }

  /** Whether a send would be admitted if `bytes` more were in use. */
  fitsBeside(send: Send, bytes: number): boolean {
    const admission = this.#admission(send);
    return fits({ ...admission, usage: admission.usage + bytes }, this.profile);
  }

  /**
   * By how much the producer's own figure, just sampled, is off; 0 where it is right, unknown, or not
   * judged.
   */
  get deviation(): number {
    const { sampledUsage: figure, settings } = this;
    if (figure === undefined || settings.windowSize === 0) return 0;
    return this.closeInvoked || this.lost ? 0 : figure - this.account.usage;
  }

  /** The window's state in words, for a send that wants in. */
  describeSpace(send: Send): string {
    const { usage, windowSize, charge } = this.#admission(send);
    const wanted = send.charged ? `${asBytes(charge)} wanted` : 'nothing charged';
    return `${usage} of ${asBytes(windowSize)} in use, ${wanted}`;
  }

  #admission(send: Send) {
    const { charge, charged } = send;
    return { windowSize: this.settings.windowSize, usage: this.account.most, charge, charged };
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

  /** Whether a cut may have lost this call's packet, or delayed it. */
  isDoubtful(call: Call): boolean {
    return call.invokedTurn <= this.doubtfulUntilTurn;
  }

  /** Whether `earlier`, invoked before `later`, has begun before it for certain. */
  certainlyBefore(earlier: Call, later: Call): boolean {
    return !this.concurrent || earlier.invokedTurn < later.invokedTurn;
  }

  /** Whether another send of the same turn, which may have begun first, waits for space. */
  rivalAwaitsSpace(send: Send): boolean {
    if (!this.concurrent) return false;
    for (const rival of this.waiting) {
      if (rival !== send && rival.invokedTurn === send.invokedTurn && !this.fits(rival))
        return true;
    }
    return false;
  }

  /** Whether a charged send has gone out past every earlier send whose caller is blocked. */
  blockedArePassed(send: Send): boolean {
    for (const call of this.pending) {
      if (call === send) break;
      const isBlocked = call.action === 'send' && blocks(call.dispatch);
      if (isBlocked && !(this.newestCharged && this.newestCharged.order > call.order)) return false;
    }
    return true;
  }

  /** Bytes of the earlier sends whose callers are blocked. */
  blockedBytesBefore(send: Send): number {
    let bytes = 0;
    for (const call of this.pending) {
      if (call.order >= send.order) break;
      if (call.action === 'send' && blocks(call.dispatch)) bytes += call.charge;
    }
    return bytes;
  }

  protected noteClose(): void {
    if (!this.closeInvoked) this.closeTurn = this.turn;
    this.closeInvoked = true;
  }

  protected noteConnection(event: 'cut' | 'restore'): void {
    if (event === 'restore' && !this.cut)
      throw new HistoryError('a restore without a cut before it');
    this.steps += 1;
    if (event === 'cut') this.#cut();
    else this.cut = false;
  }

  /** What is unanswered may be sent again, still holding its space, or be given up, as the producer likes. */
  #cut(): void {
    this.cut = this.disrupted = true;
    this.doubtfulUntilTurn = Number.POSITIVE_INFINITY;
    this.account.doubtAll();
    for (const call of this.pending) if (call.action === 'send') call.receivedSettledMs = -1;
  }

  /** A blocked caller had its answer: from the next turn on, what is sent reaches the broker at once. */
  protected noteReturnFromCut(): void {
    this.doubtfulUntilTurn = Math.min(this.doubtfulUntilTurn, this.turn);
  }

  protected charge(send: Send): void {
    this.account.charge(send, this.isDoubtful(send));
  }

  /** Whether any earlier call is still pending. */
  somePendingBefore(call: Call): boolean {
    return this.pending.values().next().value !== call;
  }
}
