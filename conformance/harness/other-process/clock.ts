// The clock port of a producer in another process: real time, in which nobody can be sure that a case has settled,
// and a breach may need a proof. How long to wait is left to the quiescence policy, what proves a breach to the prover.
import type { HistoryEvent } from '../../../spec/events/history.ts';
import type { LocatedBreach } from '../../../spec/verdict.ts';
import { isTransactionCall, type Step } from '../../cases/step.ts';
import { unansweredSends } from '../../cases/enabled.ts';
import { neverReached, type TcpDriver } from '../brokers/endpoint.ts';
import { realDelay, Stopwatch } from '../in-process/virtual-time.ts';
import type { CasePort, ClockPort } from '../ports.ts';
import { accusedBySettling, agreedSinceLastRelease, waitFor, type Prover } from '../proof.ts';
import { ALWAYS_MS, QuiescencePolicy, untilSettled, type Watched } from './quiescence.ts';
import type { RemoteSubject } from './subject.ts';

/** Milliseconds in which a producer must have made its connection anew, for the case to go on. */
const RETURN_MS = 5_000;
/** Timers may run early by a little, by another clock. */
const TIMER_SLACK_MS = 2;

/** The real time of one case. */
export class RemoteClock implements ClockPort, Watched {
  readonly #case: CasePort;
  readonly #subject: RemoteSubject;
  readonly #broker: TcpDriver;
  readonly #prover: Prover;
  readonly #policy: QuiescencePolicy;
  /** Without timeouts no rule reads the clock; once a turn is enough then, and easier to read. */
  readonly #isTimed: boolean;
  readonly #stopwatch = new Stopwatch();
  #hasScenarioEnded = false;

  constructor(
    seen: CasePort,
    subject: RemoteSubject,
    broker: TcpDriver,
    prover: Prover,
    isTimed: boolean,
  ) {
    this.#case = seen;
    this.#subject = subject;
    this.#broker = broker;
    this.#prover = prover;
    this.#policy = new QuiescencePolicy(broker, subject.supports.includes('usage'));
    this.#isTimed = isTimed;
  }

  get activity(): number {
    return this.#subject.activity + this.#broker.activity;
  }

  get unproven(): readonly LocatedBreach[] {
    return this.#prover.unproven;
  }

  roundTrip(): Promise<void> {
    return this.#subject.roundTrip();
  }

  /** Nothing was asked of the producer yet. */
  async opened(): Promise<void> {
    await untilSettled(this, ALWAYS_MS, () => 0);
  }

  /** After a transaction call hardly anything may follow while it pends, so that its end is waited for. */
  pause(step: Step): Promise<void> | undefined {
    return step.pause === 'none' && !isTransactionCall(step) ? undefined : this.roundTrip();
  }

  advance(ms: number): Promise<void> {
    return realDelay(ms + 1);
  }

  async settle({ ledger }: CasePort): Promise<void> {
    if (!(await this.#isReachable())) this.#case.stop();
    const graceMs = (accusations: readonly LocatedBreach[]) => this.#prover.graceMs(accusations);
    this.#prover.noteNews(await untilSettled(this, this.#policy.nextMs(ledger), graceMs));
    if (this.#policy.wasTooShort && this.accusations().length > 0) this.#case.stop();
  }

  /** With a little more before a timeout, so that none is held to be early for its clock. */
  unrecordedMs(before?: HistoryEvent): number {
    if (!before) return this.#stopwatch.take();
    if (!this.#isTimed) return 0;
    const isTimeout = before.event === 'throw' && before.error.kind === 'timeout';
    return this.#stopwatch.take(isTimeout ? TIMER_SLACK_MS : 0);
  }

  weigh(breaches: readonly LocatedBreach[]): Promise<void> | undefined {
    if (this.#case.history.at(-1)?.event === 'settle') this.#assertReached();
    return this.#prover.weigh(breaches);
  }

  /**
   * The speculative check: what a settle point now would find broken, without making one. A figure that nothing but
   * time speaks against is left out as long as nobody else is accused: it would end the case before that is known.
   */
  accusations(): readonly LocatedBreach[] {
    if (this.#case.isStopped) return [];
    this.#subject.hidesUsage = false;
    const all = this.#accusedWith(this.#case.usage());
    const isDoubtful = all.some(({ rule }) => rule === 'WIN-4') && !this.#hasScenarioEnded;
    if (!isDoubtful || agreedSinceLastRelease(this.#case.history)) return all;
    const others = this.#accusedWith(undefined);
    if (others.length > 0) return all;
    this.#subject.hidesUsage = true;
    return [];
  }

  /** What was left out until now has to be shown at last. */
  scenarioEnded(): boolean {
    this.#hasScenarioEnded = true;
    return this.#subject.hidesUsage;
  }

  #accusedWith(bytes: number | undefined): readonly LocatedBreach[] {
    return accusedBySettling(this.#case, bytes, this.#stopwatch.ms);
  }

  #assertReached(): void {
    const { ledger } = this.#case;
    const isExpected = !ledger.lost && unansweredSends(ledger).some(({ rejection }) => !rejection);
    if (isExpected && !this.#broker.wasReached) throw neverReached(this.#broker.observes);
  }

  /** Nothing can be said of a producer that has not come back. */
  #isReachable(): Promise<boolean> {
    const isBack = () => !this.#broker.awaitsReturn || this.#case.ledger.closeInvoked;
    return waitFor(isBack, RETURN_MS, () => this.roundTrip());
  }
}
