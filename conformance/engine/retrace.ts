// A case retraced: what its history says of the steps of its scenario. Which were carried out, which came too late,
// who gave up before going out, and what callbacks sent. It judges nothing.
import type { Send } from '../../spec/model/calls.ts';
import { blocks } from '../../spec/model/decision.ts';
import type { History, HistoryEvent, InvokeEvent, Op } from '../../spec/events/history.ts';
import { Ledger } from '../../spec/model/ledger.ts';
import type { Profile } from '../../spec/model/profile.ts';
import { isEnabled, unansweredSends } from '../cases/enabled.ts';
import type { NestedSend, Step, Scenario } from '../cases/step.ts';

/** A case retraced. Steps are numbered as in `scenario`. */
export interface Retraced {
  /** The steps that were carried out; the others, which were not enabled, are left out. */
  readonly scenario: Scenario;
  /** Answers to sends that had failed in an earlier turn. */
  readonly lateAnswers: ReadonlySet<number>;
  /** Interrupts of sends that had ended in an earlier turn. */
  readonly lateInterrupts: ReadonlySet<number>;
  /** What callbacks sent, by the last step carried out before. */
  readonly nested: ReadonlyMap<number, readonly NestedSend[]>;
  /** Messages of sends that failed before they had gone out. */
  readonly forsaken: ReadonlySet<string>;
  /** Messages of sends whose callers block. */
  readonly blocking: ReadonlySet<string>;
  /** Messages that were too large for the window. */
  readonly tooLarge: ReadonlySet<string>;
  /** Steps that send, each with the messages that were unanswered before. */
  readonly unanswered: ReadonlyMap<number, readonly string[]>;
  /** Steps that let time pass, each with the milliseconds after which a send may time out, ascending. */
  readonly timeouts: ReadonlyMap<number, readonly number[]>;
  /** The messages of all sends, by operation. */
  readonly messages: ReadonlyMap<Op, string>;
}

/** Retraces a case as far as its history goes. */
export function retrace(scenario: Scenario, history: History, profile: Profile): Retraced {
  const { done } = follow(scenario, history, profile);
  const isDone = (step: Step, at: number) => done.has(at) || leavesNoTrace(step);
  return follow(scenario.filter(isDone), history, profile);
}

/** Of no time at all nothing is recorded but the pause that follows it. */
function leavesNoTrace(step: Step): boolean {
  return step.do === 'advance' && step.ms === 0;
}

function follow(scenario: Scenario, history: History, profile: Profile): Way {
  const way = new Way(scenario);
  for (const event of history) way.follow(event, profile);
  return way;
}

class Way implements Retraced {
  readonly done = new Set([0]);
  readonly lateAnswers = new Set<number>();
  readonly lateInterrupts = new Set<number>();
  readonly nested = new Map<number, NestedSend[]>();
  readonly forsaken = new Set<string>();
  readonly blocking = new Set<string>();
  readonly timeouts = new Map<number, readonly number[]>();
  readonly messages = new Map<Op, string>();
  readonly tooLarge = new Set<string>();
  readonly unanswered = new Map<number, readonly string[]>();
  readonly scenario: Scenario;
  readonly #inner = new Map<string, NestedSend>();
  #ledger!: Ledger;
  /** The last step that was carried out. */
  #at = 0;
  /** Milliseconds of it that have not passed yet. */
  #leftMs = 0;
  /** Its turn has not ended, and no other step is carried out before it does. */
  #settles = false;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    for (const step of scenario)
      if (step.do === 'send' && step.nested) this.#inner.set(step.nested.id, step.nested);
  }

  follow(event: HistoryEvent, profile: Profile): void {
    if (event.event === 'open') {
      this.#ledger = new Ledger(event, profile);
      return;
    }
    this.#goOnTo(event);
    this.#noteBefore(event);
    this.#ledger.apply(event);
    if (event.event === 'settle') this.#ledger.nextTurn();
    if (event.event === 'invoke' && event.action === 'send')
      this.#noteSend(this.#ledger.send as Send);
  }

  /** Goes on to the step that made this event, if one did. */
  #goOnTo(event: HistoryEvent): void {
    if (event.event === 'settle') this.#settles = false;
    else if (event.event === 'advance' && this.#leftMs > 0) this.#leftMs -= event.ms;
    else if (!this.#settles) this.#seek(event);
  }

  #seek(event: HistoryEvent): void {
    for (let at = this.#at + 1; at < this.scenario.length; at += 1) {
      const step = this.scenario[at] as Step;
      if (leavesNoTrace(step) || !isEnabled(step, this.#ledger)) continue;
      if (this.#isMadeBy(step, event)) return this.#arrive(at, step, event);
      // Other events follow from what was done; only time passes by itself.
      if (event.event === 'advance') return;
    }
  }

  #arrive(at: number, step: Step, event: HistoryEvent): void {
    this.#at = at;
    this.done.add(at);
    this.#settles = step.pause === 'settle';
    this.#leftMs = 0;
    if (step.do === 'send') this.unanswered.set(at, this.#unansweredMessages());
    if (step.do !== 'advance' || event.event !== 'advance') return;
    this.timeouts.set(at, this.#untilTimeouts());
    this.#leftMs = step.ms - event.ms;
  }

  #isMadeBy(step: Step, event: HistoryEvent): boolean {
    switch (event.event) {
      case 'invoke':
        return event.from === undefined && this.#isInvokedBy(step, event);
      case 'ack':
      case 'refuse':
        if (step.do !== event.event) return false;
        return step.id === event.message && step.of === event.of;
      default:
        return step.do === event.event;
    }
  }

  #isInvokedBy(step: Step, { action, message, target }: InvokeEvent): boolean {
    if (step.do !== action) return false;
    if (step.do === 'send') return step.id === message?.id;
    return step.do !== 'interrupt' || this.#ledger.sendOf(step.id)?.op === target;
  }

  /** What can only be told while the ledger does not yet know the event. */
  #noteBefore(event: HistoryEvent): void {
    const { turn, waiting } = this.#ledger;
    const send = this.#sendOf(event);
    if (!send) return;
    const { outcome } = send;
    const ended = outcome !== 'pending' && send.endedTurn < turn;
    if (event.event === 'throw') {
      if (waiting.has(send)) this.forsaken.add(send.message.id);
    } else if (event.event === 'invoke') {
      if (ended) this.lateInterrupts.add(this.#at);
    } else if (ended && outcome === 'failed') this.lateAnswers.add(this.#at);
  }

  /** The send that failed, was interrupted or was answered. */
  #sendOf(event: HistoryEvent): Send | undefined {
    switch (event.event) {
      case 'throw':
      case 'invoke': {
        const op = event.event === 'throw' ? event.op : event.target;
        const call = op === undefined ? undefined : this.#ledger.callOf(op);
        return call?.action === 'send' ? call : undefined;
      }
      case 'ack':
      case 'refuse':
        return event.message === undefined ? undefined : this.#ledger.sendOf(event.message);
      default:
        return undefined;
    }
  }

  #untilTimeouts(): number[] {
    const { pending, nowMs } = this.#ledger;
    const due = [...pending].flatMap((call) =>
      call.action === 'send' && call.timeoutMs > 0 ? call.invokedMs + call.timeoutMs - nowMs : [],
    );
    return [...new Set(due)].toSorted((a, b) => a - b);
  }

  #unansweredMessages(): string[] {
    return unansweredSends(this.#ledger).map(({ message }) => message.id);
  }

  #noteSend({ op, message: { id }, dispatch, nested, doom }: Send): void {
    this.messages.set(op, id);
    if (doom === 'too-large') this.tooLarge.add(id);
    if (blocks(dispatch)) this.blocking.add(id);
    const inner = nested && this.#inner.get(id);
    if (!inner) return;
    this.nested.set(this.#at, [...(this.nested.get(this.#at) ?? []), inner]);
  }
}
