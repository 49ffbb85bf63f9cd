// The one interpreter of a case: walks the scenario, makes the calls, lets time pass, and records what is
// observed, in the order in which it is observed. Where the producer, its broker and its time are is left to the
// three ports. A call is never awaited: its invocation is recorded, it is made, and on the case goes.
import type { Judge } from '../../spec/check.ts';
import type {
  HistoryEvent,
  InvokeEvent,
  Op,
  OpenEvent,
  PlainAction,
} from '../../spec/events/history.ts';
import type { OutgoingMessage } from '../../spec/events/message.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import { isEnabled } from '../cases/enabled.ts';
import { mayNest, stepsOf } from '../cases/nested.ts';
import { SharedSignals } from '../cases/shared-signals.ts';
import {
  hasCallback,
  isTransactionCall,
  messageOf,
  type Nested,
  openingOf,
  type Scenario,
  type SendStep,
  type Step,
  type Writable,
} from '../cases/step.ts';
import { isTelling } from './abandoned.ts';
import type { CaseRecord } from './harness.ts';
import type {
  BrokerDriver,
  CasePort,
  ClockPort,
  CompanionPort,
  Ports,
  SubjectPort,
} from './ports.ts';

const NOTHING: CaseRecord['unproven'] = [];

/** Runs one scenario against one fresh producer. */
export class Case implements CasePort {
  readonly judge: Judge;
  readonly history: HistoryEvent[] = [];
  isStopped = false;
  isOver = false;
  readonly #scenario: Scenario;
  #subject!: SubjectPort;
  #broker!: BrokerDriver;
  #clock!: ClockPort;
  readonly #signals = new SharedSignals();
  readonly #companion: CompanionPort | undefined;
  #observed = 0;
  #nextOp: Op = 1;
  #fault: { readonly cause: unknown } | undefined;
  /** Calls and unanswered messages that there were at once, at most. */
  #atOnce = 0;

  constructor(scenario: Scenario, judge: Judge, companion?: CompanionPort) {
    this.#scenario = scenario;
    this.judge = judge;
    this.#companion = companion;
  }

  get observed(): number {
    return this.#observed + (this.#companion?.observed ?? 0);
  }

  get ledger(): Ledger {
    return this.judge.ledger as Ledger;
  }

  get isOnlyClosing(): boolean {
    const { closeInvoked, steps, pending, transactions } = this.ledger;
    if (!closeInvoked || steps !== 'one' || transactions.current) return false;
    for (const { action } of pending) if (action !== 'close') return false;
    return pending.size > 0;
  }

  /** Plays the scenario to its end and a last settle point; or `steps`, if they are chosen on the way. */
  async run(ports: Ports, steps: Iterable<Step> = this.#scenario): Promise<CaseRecord> {
    await this.open(ports);
    if (this.#companion) await this.#companion.open(this);
    await this.#play(steps);
    if (this.#fault) throw this.#fault.cause;
    this.isOver = true;
    if (this.ledger.closeReturned && !this.isStopped) await this.#noteLeftovers();
    const { history } = this;
    const { breaches } = this.judge;
    await this.end();
    return { history, breaches, unproven: ports.clock.unproven ?? NOTHING };
  }

  /** Opens its producer, and no more: `run` does so by itself. */
  async open({ subject, broker, clock }: Ports): Promise<void> {
    this.#subject = subject;
    this.#broker = broker;
    this.#clock = clock;
    const opening = this.#open();
    if (opening) await opening;
    const ready = clock.opened?.();
    if (ready) await ready;
    broker.withhold();
  }

  /** Makes a step in a turn of another case, if it makes sense now. Time is the other case's to move on. */
  take(step: Step): boolean {
    if (step.do === 'open' || step.do === 'advance' || !this.#mayFollow(step)) return false;
    void this.#apply(step);
    return true;
  }

  /** Records nothing more, and lets the producer give back what it holds; `run` does so by itself. */
  async end(): Promise<void> {
    this.isOver = true;
    if (this.#companion) await this.#companion.leave();
    this.#broker.release?.();
    if (!this.ledger.closeReturned) await this.#subject.end();
  }

  record(event: HistoryEvent): void {
    if (this.isOver) return;
    this.recordAdvance(this.#clock.unrecordedMs(event));
    this.#observed += 1;
    void this.#note(event);
    const { pending, unanswered } = this.ledger;
    this.#atOnce = Math.max(this.#atOnce, pending.size + unanswered);
  }

  observe(event: HistoryEvent): void {
    try {
      this.record(event);
    } catch (fault) {
      this.fail(fault);
    }
  }

  recordAdvance(ms: number): void {
    if (ms > 0 && !this.isOver) void this.#note({ event: 'advance', ms });
  }

  /** A producer that abandoned its connection may never have had the answers that were let through. */
  usage(): number | undefined {
    return this.#broker.isAbandoned && !this.ledger.lost ? undefined : this.#subject.usage();
  }

  stop(): void {
    this.isStopped = true;
  }

  fail(cause: unknown): void {
    this.#fault ??= { cause };
    this.giveUp();
  }

  giveUp(): void {
    this.isStopped = true;
    this.isOver = true;
  }

  tell(nested: Nested, from: Op): void {
    try {
      for (const step of stepsOf(nested))
        if (!this.isOver && mayNest(step, this.ledger)) void this.#apply(step, from);
    } catch (fault) {
      this.fail(fault);
    }
  }

  #open(): Promise<void> | undefined {
    const { settings, company } = openingOf(this.#scenario);
    const { supports, resends, isConcurrent } = this.#subject;
    const event: Writable<OpenEvent> = { event: 'open', settings, supports };
    if (resends !== undefined) event.resends = resends;
    if (isConcurrent) event.concurrent = true;
    if (this.#broker.observes === 'calls') event.observes = 'calls';
    if (company?.when === 'before' || this.#companion) event.company = company?.when ?? 'beside';
    void this.#note(event);
    return this.#subject.open(settings);
  }

  /** Awaits nothing between two steps of one turn, unless time passes between them. */
  async #play(steps: Iterable<Step>): Promise<void> {
    let isSettled = false;
    for (const step of steps) {
      if (step.do !== 'open') {
        if (!this.#mayFollow(step)) continue;
        if (this.#needsTurnOfItsOwn(step)) {
          await this.#settle();
          isSettled = true;
          if (this.isStopped) return;
          if (!this.#mayFollow(step)) continue;
        }
        this.#companion?.step();
        const isAnswered = this.#broker.isLettingThrough;
        const time = this.#apply(step);
        if (time) await time;
        if (isAnswered) this.#broker.answerEverything();
        this.#noteImpossibleUsage();
      }
      isSettled = step.pause === 'settle' || this.#broker.isLettingThrough;
      if (isSettled) await this.#settle();
      else {
        if (typeof step.pause === 'number') for (let n = step.pause; n > 0; n -= 1) await undefined;
        const pause = this.#clock.pause?.(step);
        if (pause) await pause;
      }
      if (this.isStopped) return;
    }
    const isOpen = this.#clock.scenarioEnded?.() ?? false;
    if (!isSettled || isOpen) await this.#settle();
  }

  /** Whether a step makes sense now; one that does not is skipped. */
  #mayFollow(step: Step): boolean {
    if (step.do === 'cut' && !this.#broker.cut) return false;
    // In another process a send cannot be given the signal of another.
    const isShared = step.do === 'send' && step.signal !== undefined;
    if (isShared && this.#subject.isConcurrent) return false;
    const charge = (message: OutgoingMessage) => this.#chargeOf(message);
    if (this.#broker.isAbandoned && !isTelling(step, this.ledger, charge)) return false;
    return isEnabled(step, this.ledger);
  }

  /** Whether a send belongs to a transaction must not depend on which call of a turn began first. */
  #needsTurnOfItsOwn(step: Step): boolean {
    return this.ledger.concurrent && this.ledger.steps !== 'none' && isTransactionCall(step);
  }

  #chargeOf(message: OutgoingMessage): number {
    return this.#subject.chargedSize?.(message) ?? message.size;
  }

  #apply(step: Step, from?: Op): Promise<void> | undefined {
    switch (step.do) {
      case 'send':
        this.#send(step, from);
        break;
      case 'begin':
      case 'commit':
      case 'rollback':
      case 'close':
      case 'flush':
        this.#call(step.do, from);
        break;
      case 'interrupt':
        this.#interrupt(step.id);
        break;
      case 'ack':
      case 'refuse':
        this.#broker.answer(step);
        break;
      case 'lose':
        this.record({ event: 'lose' });
        this.#broker.lose();
        break;
      case 'cut':
        this.#broker.cut?.();
        break;
      case 'restore':
        this.#broker.restore?.();
        break;
      case 'advance':
        return this.#clock.advance(step.ms, this);
      case 'open':
        break;
    }
    return undefined;
  }

  #send(step: SendStep, from?: Op): void {
    const op = this.#nextOp++;
    const message = messageOf(step);
    const event: Writable<InvokeEvent> = { event: 'invoke', op, action: 'send', message };
    if (hasCallback(step)) event.completion = true;
    if (this.#signals.join(op, step)) event.interrupted = true;
    const charge = this.#chargeOf(message);
    if (charge !== message.size) event.charge = charge;
    if (from !== undefined) event.from = from;
    this.record(event);
    this.#subject.send(op, message, step);
  }

  #call(action: PlainAction, from?: Op): void {
    const op = this.#nextOp++;
    this.record({ event: 'invoke', op, action, ...(from !== undefined && { from }) });
    this.#subject.call(op, action);
  }

  #interrupt(id: string): void {
    const target = this.ledger.sendOf(id)?.op;
    if (target === undefined) return;
    for (const one of this.#signals.abort(id, this.ledger))
      this.record({ event: 'invoke', op: this.#nextOp++, action: 'interrupt', target: one });
    this.#subject.interrupt(target, id);
  }

  /** What is left of a producer that has broken a rule says nothing. */
  async #noteLeftovers(): Promise<void> {
    const left = this.judge.breaches.length === 0 && (await this.#subject.leftovers?.());
    if (left) void this.#note({ event: 'leftovers', ...left, atOnce: this.#atOnce });
  }

  #settle(): Promise<void> {
    return this.#clock.settle(this).then(this.noteSettled);
  }

  readonly noteSettled = (): Promise<void> | undefined => {
    if (this.isStopped) return undefined;
    this.recordAdvance(this.#clock.unrecordedMs());
    this.#subject.settled?.();
    const bytes = this.usage();
    if (bytes !== undefined) void this.#note({ event: 'usage', bytes });
    this.#companion?.settled();
    const proof = this.#note({ event: 'settle' });
    if (proof) return proof.then(this.#withhold);
    this.#withhold();
    return undefined;
  };

  readonly #withhold = (): void => {
    if (!this.isStopped) this.#broker.withhold();
  };

  /** At settle points the figure is part of the history; in between only if it is impossible. */
  #noteImpossibleUsage(): void {
    const bytes = this.usage();
    if (bytes !== undefined && !(bytes >= 0)) this.record({ event: 'usage', bytes });
  }

  /** Writes an event down and has it judged. Returns what the clock makes of what it broke. */
  #note(event: HistoryEvent): Promise<void> | undefined {
    const { judge } = this;
    const known = event.event === 'open' ? 0 : judge.breaches.length;
    this.history.push(event);
    judge.next(event);
    if (judge.breaches.length === known) return undefined;
    return this.#clock.weigh?.(judge.breaches.slice(known));
  }
}
