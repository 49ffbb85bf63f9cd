// One case over the bridge: walks the scenario in real time, makes the calls in another process, and
// records what is observed. How long to wait is in rest.ts, what counts as proven in proof.ts.
import type { Judge } from '../../../spec/check.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { OutgoingMessage } from '../../../spec/events/message.ts';
import type { LocatedBreach } from '../../../spec/verdict.ts';
import { AdapterFault, type CaseRecord } from '../harness.ts';
import { realDelay } from '../in-process/virtual-time.ts';
import { unansweredSends } from '../../cases/enabled.ts';
import { settingsOf, type Step, type Scenario } from '../../cases/step.ts';
import { neverReached, type BrokerEnd, type Witness } from '../brokers/broker-end.ts';
import { Chronicle } from './chronicle.ts';
import type { Conversation } from './conversation.ts';
import type { Convictions } from './convictions.ts';
import { Evidence } from './evidence.ts';
import { Operations } from './operations.ts';
import { hasCome } from './proof.ts';
import type { CaseEvent } from './protocol.ts';
import { Quiet } from './quiet.ts';
import { comeToRest, waitFor, type Watched } from './rest.ts';
import { isFollowedAtOnce, mayFollow, needsTurnOfItsOwn } from './sequence.ts';

/** Milliseconds in which a call must end after a release, to prove that it waited for an answer. */
const RELEASE_MS = 2_000;
/** Milliseconds in which a producer must have made its connection anew, for the case to go on. */
const RETURN_MS = 5_000;
/** Milliseconds that the last `close` may take. */
const CLOSE_MS = 500;

/** What a case runs on. */
export interface BridgeContext {
  readonly conversation: Conversation;
  readonly judge: Judge;
  readonly convictions: Convictions;
  readonly chargedSize?: ((message: OutgoingMessage) => number) | undefined;
}

/** Runs one scenario against one fresh producer. */
export class BridgeCase implements Watched, Witness {
  readonly #conversation: Conversation;
  readonly #judge: Judge;
  readonly #scenario: Scenario;
  readonly #chronicle: Chronicle;
  readonly #operations: Operations;
  readonly #evidence: Evidence;
  readonly #samplesUsage: boolean;
  #end!: BrokerEnd;
  #quiet!: Quiet;
  #usage: number | undefined;
  #heard = 0;
  /** There is no use in playing on. */
  #isDone = false;
  /** Nothing is recorded any more. */
  #isOver = false;
  /** The close that the scenario left out. */
  #lastOp = 0;
  #isClosed = false;

  constructor(
    { conversation, judge, convictions, chargedSize }: BridgeContext,
    scenario: Scenario,
  ) {
    this.#conversation = conversation;
    this.#judge = judge;
    this.#scenario = scenario;
    this.#operations = new Operations(conversation, (event) => this.record(event), chargedSize);
    this.#evidence = new Evidence(judge, convictions);
    this.#chronicle = new Chronicle(judge, settingsOf(scenario).sendTimeoutMs > 0);
    this.#samplesUsage = conversation.hello.supports.includes('usage');
  }

  /** Plays the scenario to its end and a last settle point. The caller disposes of `end`. */
  async run(end: BrokerEnd): Promise<CaseRecord> {
    this.#end = end;
    this.#quiet = new Quiet(end, this.#samplesUsage);
    await this.#open();
    await this.#play();
    const breaches = [...this.#judge.breaches];
    await this.#finish();
    return { history: this.#chronicle.history, breaches, unproven: this.#evidence.unproven };
  }

  get ledger(): Ledger {
    return this.#chronicle.ledger;
  }

  get sent(): readonly string[] {
    return this.#operations.sent;
  }

  get activity(): number {
    return this.#heard + this.#end.activity;
  }

  record(event: HistoryEvent): void {
    if (this.#isOver) return;
    const breaches = this.#heed(this.#chronicle.record(event));
    if (breaches.length > 0) this.#evidence.weigh(breaches, this.#chronicle.history, false);
  }

  giveUp(): void {
    this.#isDone = true;
    this.#isOver = true;
  }

  fail(error: unknown): void {
    const fault =
      error instanceof AdapterFault ? error : new AdapterFault('protocol', String(error));
    this.#conversation.fail(fault);
  }

  /** A ping, and with it the usage figure. */
  async roundTrip(): Promise<void> {
    if (!this.#samplesUsage) return this.#conversation.ping();
    const [bytes] = await Promise.all([this.#conversation.usage(), this.#conversation.ping()]);
    if (bytes === this.#usage) return;
    this.#usage = bytes;
    this.#heard += 1;
    if (!(bytes >= 0)) this.record({ event: 'usage', bytes });
  }

  foresee(): readonly LocatedBreach[] {
    if (this.#isDone) return [];
    return this.#chronicle.foresee([...this.#usageEvent(), { event: 'settle' }]);
  }

  async #open(): Promise<void> {
    const settings = settingsOf(this.#scenario);
    const { observes, address } = this.#end;
    const seen = { supports: this.#conversation.hello.supports, concurrent: true } as const;
    this.record({ event: 'open', settings, ...seen, ...(observes === 'calls' && { observes }) });
    await this.#conversation.open(settings, address, (event) => this.#hear(event));
    await comeToRest(this, { quietMs: this.#quiet.afterOpening, graceMs: () => 0 });
    this.#end.withhold();
  }

  async #play(): Promise<void> {
    let settled = false;
    for (const step of this.#scenario) {
      if (!this.#mayFollow(step)) continue;
      if (needsTurnOfItsOwn(step, this.ledger)) {
        await this.#settle();
        if (this.#isDone) return;
        if (!this.#mayFollow(step)) continue;
      }
      const isAnswered = this.#end.isLettingThrough;
      await this.#apply(step);
      if (isAnswered) this.#end.answerEverything();
      settled = step.pause === 'settle' || this.#end.isLettingThrough;
      if (settled) await this.#settle();
      else if (!isFollowedAtOnce(step)) await this.roundTrip();
      if (this.#isDone) return;
    }
    if (!settled) await this.#settle();
  }

  #mayFollow(step: Step): boolean {
    const { hello } = this.#conversation;
    const chargeOf = (message: OutgoingMessage) => this.#operations.chargeOf(message);
    return mayFollow(step, { ledger: this.ledger, end: this.#end, hello, chargeOf });
  }

  async #apply(step: Step): Promise<void> {
    switch (step.do) {
      case 'send':
        return this.#operations.send(step);
      case 'begin':
      case 'commit':
      case 'rollback':
      case 'close':
        return void this.#operations.call(step.do);
      case 'interrupt':
        return this.#operations.interrupt(this.ledger.sendOf(step.id)?.op ?? 0);
      case 'ack':
      case 'refuse':
        return this.#end.answer(step);
      case 'lose':
        this.record({ event: 'lose' });
        return this.#end.lose();
      case 'cut':
        return this.#end.cut?.();
      case 'restore':
        return this.#end.restore?.();
      case 'advance':
        return realDelay(step.ms + 1);
      case 'open':
        return undefined;
    }
  }

  #hear(event: CaseEvent): void {
    this.#heard += 1;
    const heard = this.#operations.heard(event);
    this.record(heard);
    const ends = heard.event === 'return' || heard.event === 'throw';
    this.#isClosed ||= ends && heard.op === this.#lastOp;
  }

  async #settle(): Promise<void> {
    if (!(await this.#isReachable())) this.#isDone = true;
    const graceMs = (accusations: readonly LocatedBreach[]) => this.#evidence.graceMs(accusations);
    await comeToRest(this, { quietMs: this.#quiet.next(this.ledger), graceMs });
    if (this.#quiet.wasTooShort && this.foresee().length > 0) this.#isDone = true;
    if (this.#isDone) return;
    // The figure speaks for the settle point that follows it at once.
    this.#chronicle.recordTime();
    for (const event of this.#usageEvent()) this.#heed(this.#chronicle.note(event));
    const breaches = this.#heed(this.#chronicle.note({ event: 'settle' }));
    if (breaches.length > 0) await this.#prove(breaches);
    if (!this.#isDone) this.#end.withhold();
  }

  /** Nothing can be said of a producer that has not come back. */
  #isReachable(): Promise<boolean> {
    const isBack = () => !this.#end.awaitsReturn || this.ledger.closeInvoked;
    return waitFor(isBack, RETURN_MS, () => this.#conversation.ping());
  }

  /** Where only a release can prove breaches: lets answers through, and sees what ends. */
  async #prove(breaches: readonly LocatedBreach[]): Promise<void> {
    const isExpected =
      !this.ledger.lost && unansweredSends(this.ledger).some(({ rejection }) => !rejection);
    if (isExpected && !this.#end.wasReached) throw neverReached(this.#end.observes);
    const { history } = this.#chronicle;
    const open = this.#evidence.weigh(breaches, history, !this.#end.isLettingThrough);
    if (open.length === 0) return;
    this.#isDone = true;
    const { released } = this.#end;
    this.#end.answerEverything();
    const haveCome = () => open.every((breach) => hasCome(breach, this.ledger));
    await waitFor(haveCome, RELEASE_MS, () => this.#conversation.ping());
    for (const breach of open) {
      const isProven = hasCome(breach, this.ledger) && this.#end.released > released;
      this.#evidence.conclude(breach, isProven);
    }
  }

  /** A producer that gave up its connection may never have had the answers that were let through. */
  #usageEvent(): HistoryEvent[] {
    if (this.#usage === undefined) return [];
    if (this.#end.isForsaken && !this.ledger.lost) return [];
    return [{ event: 'usage', bytes: this.#usage }];
  }

  /** Plays on no more once a breach has spoilt the rest of the case, as any does after a cut. */
  #heed(breaches: readonly LocatedBreach[]): readonly LocatedBreach[] {
    this.#isDone ||= breaches.length > 0;
    return breaches;
  }

  /** Lets the producer give back what it holds; nothing of it is observed any more. */
  async #finish(): Promise<void> {
    this.#isOver = true;
    this.#end.release();
    if (!this.ledger.closeInvoked) {
      this.#lastOp = this.#operations.call('close');
      const ping = () => this.#conversation.ping();
      await waitFor(() => this.#isClosed, CLOSE_MS, ping);
    }
    this.#conversation.silence();
  }
}
