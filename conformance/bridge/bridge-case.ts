// One case over the bridge: walks the tape in real time, makes the calls in another process, and records
// what is observed. What is waited for, and what counts as proven, is in rest.ts and proof.ts.
import { findRule } from '../../spec/catalogue.ts';
import type { Judge } from '../../spec/check.ts';
import type { HistoryEvent, InvokeEvent } from '../../spec/history.ts';
import type { Ledger } from '../../spec/ledger.ts';
import type { OutgoingMessage, TransactionAction } from '../../spec/message.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import { AdapterFault, type CaseRecord } from '../bench/bench.ts';
import { realDelay, realNowMs } from '../bench/virtual-time.ts';
import { isEnabled, unansweredSends } from '../tape/enabled.ts';
import { messageOf } from '../tape/messages.ts';
import { settingsOf, type SendStimulus, type Stimulus, type Tape } from '../tape/stimulus.ts';
import type { BrokerEnd, Witness } from './broker-end.ts';
import type { Conversation } from './conversation.ts';
import type { Convictions } from './convictions.ts';
import { foresee } from './foresight.ts';
import { hasCome, proofOf } from './proof.ts';
import type { AdapterCall, CaseEvent } from './protocol.ts';
import { comeToRest, waitFor, type Watched } from './rest.ts';

/** Milliseconds without an event or a byte that make a settle point, if nobody would be blamed. */
const QUIET_MS = 5;
/** After answers were let through: the last of them must have come before the gate is shut. */
const QUIET_AFTER_RELEASE_MS = 15;
/** Likewise, where no usage figure tells whether they have. */
const QUIET_AFTER_BLIND_RELEASE_MS = 60;
/** After a loss: the producer has to notice it by itself. */
const QUIET_AFTER_LOSS_MS = 50;
/** Milliseconds in which a call must end once answers were let through, to prove that it waited for them. */
const RELEASE_MS = 2_000;
/** Milliseconds that the last `close` may take. */
const CLOSE_MS = 500;
/** Timers may run a little early by their own clock; never is a timeout held to be early for that. */
const TIMER_SLACK_MS = 2;

/** What a case runs on. */
export interface BridgeContext {
  readonly conversation: Conversation;
  readonly judge: Judge;
  readonly convictions: Convictions;
  readonly chargedSize?: ((message: OutgoingMessage) => number) | undefined;
}

/** Runs one tape against one fresh producer. */
export class BridgeCase implements Watched, Witness {
  readonly #context: BridgeContext;
  readonly #judge: Judge;
  readonly #conversation: Conversation;
  readonly #tape: Tape;
  readonly #history: HistoryEvent[] = [];
  readonly #unproven: LocatedBreach[] = [];
  readonly #samplesUsage: boolean;
  /** Whether some rule reads the clock: only timeouts do. */
  readonly #isTimed: boolean;
  readonly #startMs = realNowMs();
  #recordedMs = 0;
  #end!: BrokerEnd;
  /** Operations count from 1 in each case, on the wire through all cases. */
  #opsBefore = 0;
  #nextOp = 1;
  #usage: number | undefined;
  #eventsSeen = 0;
  /** There is no use in playing on. */
  #isDone = false;
  #over = false;
  /** The close that the tape left out, on the wire. */
  #lastOp = 0;
  #isClosed = false;

  constructor(context: BridgeContext, tape: Tape) {
    this.#context = context;
    this.#judge = context.judge;
    this.#conversation = context.conversation;
    this.#tape = tape;
    this.#samplesUsage = context.conversation.hello.supports.includes('usage');
    this.#isTimed = settingsOf(tape).sendTimeoutMs > 0;
  }

  /** Plays the tape to its end and a last settle point. The caller disposes of `end`. */
  async run(end: BrokerEnd): Promise<CaseRecord> {
    this.#end = end;
    await this.#open();
    await this.#play();
    this.#over = true;
    await this.#finish();
    return { history: this.#history, breaches: [...this.#judge.breaches], unproven: this.#unproven };
  }

  get ledger(): Ledger {
    return this.#judge.ledger as Ledger;
  }

  get activity(): number {
    return this.#eventsSeen + this.#end.activity;
  }

  record(event: HistoryEvent): void {
    if (this.#over) return;
    if (this.#isTimed && event.event !== 'open') this.#noteTime(isTimeout(event) ? TIMER_SLACK_MS : 0);
    this.#note(event);
  }

  fail(error: unknown): void {
    const fault = error instanceof AdapterFault ? error : new AdapterFault('protocol', String(error));
    this.#conversation.fail(fault);
  }

  /** A ping, and with it the usage figure. */
  async roundTrip(): Promise<void> {
    if (!this.#samplesUsage) return this.#conversation.ping();
    const [bytes] = await Promise.all([this.#conversation.usage(), this.#conversation.ping()]);
    this.#usage = bytes;
    if (!(bytes >= 0)) this.record({ event: 'usage', bytes });
  }

  foresee(): readonly LocatedBreach[] {
    if (this.#isDone) return [];
    const ms = this.#unrecordedMs();
    const time: HistoryEvent[] = ms > 0 ? [{ event: 'advance', ms }] : [];
    return foresee(this.#judge, this.#history, [...time, ...this.#usageEvent(), { event: 'settle' }]);
  }

  async #open(): Promise<void> {
    const { conversation } = this.#context;
    const settings = settingsOf(this.#tape);
    const { observes, address } = this.#end;
    const { supports } = conversation.hello;
    this.record({ event: 'open', settings, supports, ...(observes === 'calls' && { observes }) });
    this.#opsBefore = conversation.nextOp - 1;
    await conversation.open(settings, address, (event) => this.#hear(event));
    await comeToRest(this, { quietMs: QUIET_MS, graceMs: () => 0 });
    this.#end.withhold();
  }

  async #play(): Promise<void> {
    let settled = false;
    for (const step of this.#tape) {
      if (step.do === 'open' || !isEnabled(step, this.ledger)) continue;
      await this.#apply(step);
      settled = step.gap === 'settle' || this.#end.isLettingThrough;
      if (settled) await this.#settle();
      else await this.roundTrip();
      if (this.#isDone) return;
    }
    if (!settled && !this.#isDone) await this.#settle();
  }

  async #apply(step: Stimulus): Promise<void> {
    switch (step.do) {
      case 'send':
        return this.#send(step);
      case 'begin':
      case 'commit':
      case 'rollback':
      case 'close':
        return this.#callPlain(step.do);
      case 'interrupt':
        return this.#interrupt(step.id);
      case 'ack':
      case 'refuse':
        return this.#end.answer(step);
      case 'lose':
        this.record({ event: 'lose' });
        return this.#end.lose();
      case 'advance':
        return realDelay(step.ms + 1);
      case 'open':
        return undefined;
    }
  }

  #send(step: SendStimulus): void {
    const message = messageOf(step);
    const completion = step.completion === true || step.nested !== undefined;
    const charge = this.#context.chargedSize?.(message);
    const event: InvokeEvent = {
      event: 'invoke',
      op: this.#nextOp,
      action: 'send',
      message,
      ...(completion && { completion }),
      ...(charge !== undefined && charge !== message.size && { charge }),
    };
    this.#call(event, (op) => ({ call: 'send', op, message, completion }));
  }

  #callPlain(action: TransactionAction | 'close'): void {
    this.#call({ event: 'invoke', op: this.#nextOp, action }, (op) => ({ call: action, op }));
  }

  #call(event: InvokeEvent, call: (op: number) => Extract<AdapterCall, { op: number }>): void {
    this.record(event);
    this.#nextOp += 1;
    this.#conversation.call(call(this.#opsBefore + event.op));
  }

  #interrupt(id: string): void {
    const target = this.ledger.sendOf(id)?.op;
    if (target === undefined) return;
    this.record({ event: 'invoke', op: this.#nextOp, action: 'interrupt', target });
    this.#nextOp += 1;
    this.#conversation.interrupt(this.#opsBefore + target);
  }

  #hear(event: CaseEvent): void {
    this.#eventsSeen += 1;
    if (this.#over) {
      this.#isClosed ||= 'op' in event && event.op === this.#lastOp && event.event !== 'entered';
      return;
    }
    if (event.event === 'async-error') {
      const { message, error } = event;
      return this.record({ event: 'async-error', error, ...(typeof message === 'string' && { message }) });
    }
    const op = event.op - this.#opsBefore;
    if (event.event !== 'complete') return this.record({ ...event, op });
    this.record({ event: 'complete', op, ...(event.error && { error: event.error }) });
  }

  async #settle(): Promise<void> {
    const { convictions } = this.#context;
    const graceMs = (accusations: readonly LocatedBreach[]) => convictions.graceMs(this.#judge, accusations);
    await comeToRest(this, { quietMs: this.#quietMs(), graceMs });
    if (this.#isDone) return;
    // The figure speaks for the settle point that follows it at once.
    this.#noteTime();
    for (const event of this.#usageEvent()) this.#note(event);
    const before = this.#judge.breaches.length;
    this.#note({ event: 'settle' });
    const breaches = this.#judge.breaches.slice(before);
    if (breaches.length > 0) await this.#prove(breaches);
    if (!this.#isDone) this.#end.withhold();
  }

  #quietMs(): number {
    if (this.ledger.lost) return QUIET_AFTER_LOSS_MS;
    if (!this.#end.isLettingThrough) return QUIET_MS;
    return this.#samplesUsage ? QUIET_AFTER_RELEASE_MS : QUIET_AFTER_BLIND_RELEASE_MS;
  }

  /** Where only their cause can prove breaches: lets answers through, and sees whether that ends it. */
  async #prove(breaches: readonly LocatedBreach[]): Promise<void> {
    const isExpected = unansweredSends(this.ledger).length > 0;
    if (isExpected && !this.#end.wasReached) throw neverReached(this.#end.observes);
    const { convictions } = this.#context;
    const open = breaches.filter((breach) => {
      const proof = proofOf(breach, this.#history, this.ledger);
      const isVain = this.#end.isLettingThrough || convictions.isSettled(this.#judge, breach.rule);
      if (proof === 'by-release' && !isVain) return true;
      if (proof === 'given') convictions.noteProven(this.#judge, breach.rule);
      else this.#leaveUnproven(breach);
      return false;
    });
    if (open.length === 0) return;
    this.#isDone = true;
    const released = this.#end.released;
    this.#end.answerEverything();
    const haveCome = () => open.every((breach) => hasCome(breach, this.ledger));
    await waitFor(haveCome, RELEASE_MS, () => this.#conversation.ping());
    for (const breach of open) {
      if (hasCome(breach, this.ledger) && this.#end.released > released) {
        convictions.noteProven(this.#judge, breach.rule);
      } else this.#leaveUnproven(breach);
    }
  }

  #leaveUnproven(breach: LocatedBreach): void {
    this.#context.convictions.noteUnproven(breach.rule);
    this.#unproven.push(breach);
  }

  #usageEvent(): HistoryEvent[] {
    return this.#usage === undefined ? [] : [{ event: 'usage', bytes: this.#usage }];
  }

  /** Rounded up: what a rule is told of time is never less than what passed. */
  #unrecordedMs(): number {
    return Math.ceil(realNowMs() - this.#startMs) - this.#recordedMs;
  }

  /** Without timeouts no rule reads the clock; once a turn is enough then, and easier to read. */
  #noteTime(slackMs = 0): void {
    const ms = this.#unrecordedMs() + slackMs;
    if (ms <= 0) return;
    this.#recordedMs += ms;
    this.#note({ event: 'advance', ms });
  }

  #note(event: HistoryEvent): void {
    const before = event.event === 'open' ? 0 : this.#judge.breaches.length;
    this.#history.push(event);
    this.#judge.next(event);
    // After most breaches the rest of a case is not judged.
    this.#isDone ||= this.#judge.breaches.slice(before).some(({ rule }) => !findRule(rule)?.selfContained);
    if (event.event === 'settle' || this.#judge.breaches.length === before) return;
    for (const breach of this.#judge.breaches.slice(before)) {
      const isGiven = proofOf(breach, this.#history, this.ledger) === 'given';
      if (isGiven) this.#context.convictions.noteProven(this.#judge, breach.rule);
      else this.#leaveUnproven(breach);
    }
  }

  /** Lets the producer give back what it holds; nothing of it is observed any more. */
  async #finish(): Promise<void> {
    const conversation = this.#conversation;
    this.#end.release();
    if (!this.ledger.closeInvoked) {
      this.#lastOp = conversation.nextOp;
      conversation.call({ call: 'close', op: this.#lastOp });
      await waitFor(() => this.#isClosed, CLOSE_MS, () => conversation.ping());
    }
    conversation.silence();
  }
}

function isTimeout(event: HistoryEvent): boolean {
  return event.event === 'throw' && event.error.kind === 'timeout';
}

/** Nobody came to the address in `open`: whatever the producer does, it is not seen here. */
export function neverReached(observes: BrokerEnd['observes']): AdapterFault {
  const advice = observes === 'packets' ? '; pass --broker HOST:PORT for a real broker' : '';
  return new AdapterFault('no-broker', `it never connected to the broker address it was given${advice}`);
}
