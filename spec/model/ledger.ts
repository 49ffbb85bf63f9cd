// The ledger: what is known of a case at any moment, and the questions that rules ask of it. Plain data, so
// that it can be forked and compared (fork.ts). How events change it is in step.ts.
import type { Failure } from '../events/failure.ts';
import type { Company, OpenEvent } from '../events/history.ts';
import type { ProducerSettings } from '../events/settings.ts';
import { Account, asAmount, BY_THE_BOOK, type Accounting } from './window.ts';
import type { Call, Send } from './calls.ts';
import { blocks } from './decision.ts';
import { Notices } from './notices.ts';
import { STRICT, type Profile } from './profile.ts';
import { Reconnection } from './reconnection.ts';
import { Recent } from './recent.ts';
import { Transactions } from './transactions.ts';

/** The state of one case: the fold of its events so far. Its fields are for reading; `step` writes them. */
export class Ledger {
  readonly profile: Profile;
  readonly settings: ProducerSettings;
  /** Whether the history shows what the broker received. */
  readonly seesPackets: boolean;
  /** Whether calls of one turn may begin in any order. */
  readonly concurrent: boolean;
  /** Whether a flush may report what has failed. */
  readonly flushes: boolean;
  /** Where another producer stands to this one. */
  readonly company: Company | undefined;

  /** History time in milliseconds: the sum of all `advance` events. */
  nowAtMs = 0;
  /** Settle points so far. Events of one turn race with one another. */
  turn = 0;
  /** What was done to the producer in this turn: invocations, answers, loss, and time that may end a call. */
  steps: 'none' | 'one' | 'several' = 'none';
  /** Invocations so far. */
  invocations = 0;
  lost = false;
  lostTurn = -1;
  /** A refusal ended the connection: whatever fails for the loss may be called refused. */
  lostByRefusal = false;
  /** Some call was pending when the connection was lost. */
  pendingAtLoss = false;
  /** The connection is broken, and cannot be made anew yet. */
  cut = false;
  /** There was a cut: from then on any call may fail for it. */
  disrupted = false;
  /**
   * What was invoked up to this turn may, for a cut, be lost, kept, or sent again much later, and nobody knows
   * what space it takes. Infinite from a cut until the connection is back, or, where packets are unseen, until a
   * blocked caller has had its answer again; -1: no cut.
   */
  doubtfulUntilTurn = -1;
  closeInvoked = false;
  closeReturned = false;
  closeTurn = -1;
  /** A completion callback has thrown. */
  callbackThrew = false;
  /** Of a producer that claims `flush`: calls that have failed. */
  failures = 0;
  /** Messages that the broker received and has not answered. */
  unanswered = 0;
  /** Sends that were admitted in this turn, or arrived in it although they had failed. */
  admittedThisTurn: Send[] = [];
  /** Where a send fails that does not fit: what was freed in this turn. */
  justFreed = 0;
  /** The send that had failed in an earlier turn and was answered in this one. */
  lateAnswer: Send | undefined;
  /** The send that had ended in an earlier turn and was interrupted in this one. */
  lateInterrupt: Send | undefined;
  /** The latest invoked of the received messages. */
  newestReceived: Send | undefined;
  /** The same for each destination: messages to different ones keep no order (Jakarta Messaging 3.1, 6.2.9.2). */
  readonly newestTo = new Recent<string, Send>();

  readonly account: Account;
  /** Of a producer that says what it resends, where packets are seen. */
  readonly reconnection: Reconnection | undefined;
  readonly transactions = new Transactions();
  /** What callbacks and the error listener were told, and what they still must be told. */
  readonly notices = new Notices();
  /** Calls without an outcome, in the order in which they were invoked. */
  readonly pending = new Set<Call>();
  /** Pending sends that can succeed and are not admitted, in the order in which they were invoked. */
  readonly waiting = new Set<Send>();
  /** Calls by operation, and sends by message, while anything is expected of them, and a while longer. */
  readonly calls = new Recent<number, Call>();
  readonly sends = new Recent<string, Send>();

  // Of the last event alone.
  /** The call that it was about. */
  call: Call | undefined;
  /** The send that it was about. */
  send: Send | undefined;
  /** How the call failed. */
  failure: Failure | undefined;
  /** It admitted `send`. */
  admitted = false;
  /** It took window space for `send`. */
  tookSpace = false;
  /** It was the first receipt of `send`. */
  receivedNow = false;
  /** It was one more receipt of `send`, which the broken connection had left unanswered. */
  sentAgain = false;
  /** Before it, the latest invoked of the received messages to the destination of `send`. */
  newestBefore: Send | undefined;
  /** The producer's own figure of its usage, heard just now. */
  sampledUsage: number | undefined;
  /** At a settle point: pending calls that have no reason to wait. */
  overdue: Call[] = [];

  /** `accounting`: for a fault hypothesis. */
  constructor(open: OpenEvent, profile: Profile = STRICT, accounting: Accounting = BY_THE_BOOK) {
    this.profile = profile;
    this.settings = open.settings;
    this.seesPackets = open.observes !== 'calls';
    this.concurrent = open.concurrent ?? false;
    this.flushes = open.supports?.includes('flush') ?? false;
    this.company = open.company;
    this.account = new Account(accounting);
    const { resends, supports } = open;
    if (resends !== undefined && this.seesPackets)
      this.reconnection = new Reconnection(resends, supports?.includes('async-errors') ?? true);
  }

  /** More than one thing was done in this turn, so that either may have come first. */
  get isRacing(): boolean {
    return this.steps === 'several';
  }

  /** The destination that a message goes to, by its own name or its producer's. */
  destinationOf({ message }: Send): string {
    return message.destination ?? this.settings.destination ?? '';
  }

  sendOf(messageId: string): Send | undefined {
    return this.sends.get(messageId);
  }

  callOf(op: number): Call | undefined {
    return this.calls.get(op);
  }

  /** Whether a send would be admitted by the window as it is now, with `moreBytes` in use besides. */
  fits({ charge, charged }: Pick<Send, 'charge' | 'charged'>, moreBytes = 0): boolean {
    const { windowSize } = this.settings;
    const usage = this.account.most + moreBytes;
    return this.account.accounting.fits({ windowSize, usage, charge, charged }, this.profile);
  }

  /**
   * Whether a producer whose sends fail where they do not fit may find that this one does not: another may have gone
   * before it, and what was freed in this turn may still be taken.
   */
  mayNotFit(send: Pick<Send, 'charge' | 'charged'>): boolean {
    if (this.profile.whenFull !== 'fail') return false;
    let more = this.justFreed;
    for (const other of this.waiting) if (other !== send && other.charged) more += other.charge;
    for (const other of this.admittedThisTurn)
      if (other !== send && other.charged && !other.received) more += other.charge;
    return !this.fits(send, more);
  }

  /** The window's state in words, for a send that wants in. */
  describeSpace({ charge, charged }: Send): string {
    const wanted = charged ? `${asAmount(charge, this.profile)} wanted` : 'nothing charged';
    const limit = asAmount(this.settings.windowSize, this.profile);
    return `${this.account.most} of ${limit} in use, ${wanted}`;
  }

  /**
   * Whether a send that stands before this one waits for its acknowledgement, its caller blocked. Where
   * sends are not served in the order of their calls, any other may stand before it.
   */
  someSyncBlocksBefore(send: Send): boolean {
    const { order, syncHoldsUp } = this.profile;
    for (const call of this.pending) {
      if (call === send && order === 'first-come-first-served') return false;
      if (call === send || call.action !== 'send' || !blocks(call.dispatch)) continue;
      if (call.admitted || !this.seesPackets || syncHoldsUp !== 'nobody') return true;
    }
    return false;
  }

  /** Where packets are unseen: what other sends may hold whose callers are blocked, and which are not accounted for. */
  unseenBeside(send: Send): number {
    if (this.seesPackets) return 0;
    let bytes = 0;
    for (const call of this.pending) {
      if (call === send || call.action !== 'send' || !blocks(call.dispatch)) continue;
      const mayHold = (call.charged || call.mayCharge) && !this.account.doubted.has(call);
      if (mayHold) bytes += call.charge;
    }
    return bytes;
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
      const isRival = rival !== send && rival.invokedTurn === send.invokedTurn;
      if (isRival && !this.fits(rival)) return true;
    }
    return false;
  }

  /** Whether any earlier call is still pending. */
  somePendingBefore(call: Call): boolean {
    return this.pending.values().next().value !== call;
  }
}
