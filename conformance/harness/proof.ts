// What it takes to prove a breach in real time. Whatever a producer did is its own proof, where the order of events
// is certain. Whatever it failed to do may still come, and is proven by its cause alone: a call that stayed pending
// while answers were withheld, and ended once they were let through, was waiting for an answer. Time alone proves
// nothing.
import type { Judge } from '../../spec/check.ts';
import type { Send } from '../../spec/model/calls.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import { realDelay, realNowMs } from './in-process/virtual-time.ts';
import type { BrokerDriver, CasePort } from './ports.ts';

/** How long to wait for what may never come, in milliseconds. */
export interface Waits {
  /** Without news, before an accusation is believed that nothing has confirmed yet. Default 2,000. */
  readonly graceMs: number;
  /** After a release, for a call to end, which proves that it waited for an answer. Default 2,000. */
  readonly releaseMs: number;
  /** In a proof by control, so many times as long as any news took in the control. Default 50. */
  readonly timesTheLongest: number;
  /** Of grace where one more breach changes no verdict: the case only has to end. Default 50. */
  readonly settledMs: number;
}

const WAITS: Waits = { graceMs: 2_000, releaseMs: 2_000, timesTheLongest: 50, settledMs: 50 };
/** Milliseconds between two looks at what is waited for. */
const PACE_MS = 1;
/** For a rule that this producer has been proven to break, of the grace: shrinking repeats the proof many times. */
const SHARE_WHEN_PROVEN = 0.3;
/** Accusations of a rule that failed to be proven, after which no more time is spent on it. */
const VAIN_ATTEMPTS = 3;

/**
 * What earlier cases have proven, so that it need not be waited for again in full: for good, and what each judge,
 * that is each campaign, has been shown.
 */
export class ProofCache {
  readonly waits: Waits;
  readonly #proven = new Set<RuleId>();
  readonly #vain = new Map<RuleId, number>();
  readonly #shown = new WeakMap<Judge, Set<RuleId>>();
  #patienceMs: number | undefined;
  #longestMs = 0;

  constructor(waits: Partial<Waits> = {}) {
    this.waits = { ...WAITS, ...waits };
  }

  /**
   * Runs a case in which nothing is taken for known: every accusation is waited for `ms` without news. Resolves to the
   * case, and to the longest that news took in it, in milliseconds.
   */
  async patiently<T>(ms: number, run: () => Promise<T>): Promise<readonly [T, longestMs: number]> {
    [this.#patienceMs, this.#longestMs] = [ms, 0];
    try {
      return [await run(), this.#longestMs];
    } finally {
      this.#patienceMs = undefined;
    }
  }

  /** The last news of a settle point came after so many milliseconds. */
  noteNews(ms: number): void {
    this.#longestMs = Math.max(this.#longestMs, ms);
  }

  /** How long to wait before believing these accusations. */
  graceMs(judge: Judge, accusations: readonly LocatedBreach[]): number {
    if (this.#patienceMs !== undefined) return this.#patienceMs;
    if (accusations.every(({ rule }) => this.isSettled(judge, rule))) return this.waits.settledMs;
    const allProven = accusations.every(({ rule }) => this.#proven.has(rule));
    return this.waits.graceMs * (allProven ? SHARE_WHEN_PROVEN : 1);
  }

  /** Whether one more accusation of this rule can hardly change this judge's verdict. */
  isSettled(judge: Judge, rule: RuleId): boolean {
    if (this.#proven.has(rule)) return this.#shown.get(judge)?.has(rule) ?? false;
    return (this.#vain.get(rule) ?? 0) >= VAIN_ATTEMPTS;
  }

  noteProven(judge: Judge, rule: RuleId): void {
    this.#proven.add(rule);
    const shown = this.#shown.get(judge) ?? new Set<RuleId>();
    this.#shown.set(judge, shown.add(rule));
  }

  /** A breach could not be proven, or nobody tried. */
  noteUnproven(rule: RuleId): void {
    this.#vain.set(rule, (this.#vain.get(rule) ?? 0) + 1);
  }
}

/** Proves the breaches of one case, and remembers for later cases what was proven. */
export class Prover {
  /** Breaches without a proof. */
  readonly unproven: LocatedBreach[] = [];
  readonly #case: CasePort;
  readonly #broker: BrokerDriver;
  readonly #cache: ProofCache;
  readonly #ping: () => Promise<void>;

  /** `ping`: what the subject did before it has been recorded. */
  constructor(seen: CasePort, broker: BrokerDriver, cache: ProofCache, ping: () => Promise<void>) {
    this.#case = seen;
    this.#broker = broker;
    this.#cache = cache;
    this.#ping = ping;
  }

  /** Milliseconds without news before these accusations are believed. */
  graceMs(accusations: readonly LocatedBreach[]): number {
    return this.#cache.graceMs(this.#case.judge, accusations);
  }

  /** The last news of a settle point came after so many milliseconds. */
  noteNews(ms: number): void {
    this.#cache.noteNews(ms);
  }

  /** Takes in what the last event broke. A breach ends the case: nothing after it would be judged. */
  weigh(breaches: readonly LocatedBreach[]): Promise<void> | undefined {
    this.#case.stop();
    const { history, judge, ledger } = this.#case;
    const isSettle = history.at(-1)?.event === 'settle';
    const open = breaches.filter((breach) => {
      const proof = proofOf(breach, history, ledger);
      const canRelease = isSettle && !this.#broker.isLettingThrough;
      const isOpen = canRelease && !this.#cache.isSettled(judge, breach.rule);
      if (proof === 'by-release' && isOpen) return true;
      this.#conclude(breach, proof === 'given');
      return false;
    });
    return open.length === 0 ? undefined : this.#release(open);
  }

  /** Lets answers through, and sees what ends. */
  async #release(open: readonly LocatedBreach[]): Promise<void> {
    const { released } = this.#broker;
    this.#broker.answerEverything();
    const { history } = this.#case;
    const haveCome = () => open.every((breach) => hasCome(breach, history));
    await waitFor(haveCome, this.#cache.waits.releaseMs, this.#ping);
    for (const breach of open)
      this.#conclude(breach, hasCome(breach, history) && this.#broker.released > released);
  }

  /** A breach is proven, or will not be. */
  #conclude(breach: LocatedBreach, isProven: boolean): void {
    if (isProven) return this.#cache.noteProven(this.#case.judge, breach.rule);
    this.#cache.noteUnproven(breach.rule);
    this.unproven.push(breach);
  }
}

/** What a settle point now would find broken, without making one. `bytes`: the producer's own figure. */
export function accusedBySettling(
  { judge }: CasePort,
  bytes: number | undefined,
  ms = 0,
): readonly LocatedBreach[] {
  const fork = judge.fork();
  const known = fork.breaches.length;
  if (ms > 0) fork.next({ event: 'advance', ms });
  if (bytes !== undefined) fork.next({ event: 'usage', bytes });
  fork.next({ event: 'settle' });
  return fork.breaches.slice(known);
}

/** Waits until `isDone`, with round trips, for at most `ms`. Returns whether it came to be. */
export async function waitFor(
  isDone: () => boolean,
  ms: number,
  roundTrip: () => Promise<void>,
): Promise<boolean> {
  const untilMs = realNowMs() + ms;
  while (!isDone()) {
    if (realNowMs() >= untilMs) return false;
    await realDelay(PACE_MS);
    await roundTrip();
  }
  return true;
}

/** `given`: nothing more is needed. `by-release`: letting answers through must end it. `none`: no proof. */
type Proof = 'given' | 'by-release' | 'none';

/** What it takes to prove a breach. The breaking event is the last of `history`. */
function proofOf(breach: LocatedBreach, history: readonly HistoryEvent[], ledger: Ledger): Proof {
  if (history.at(-1)?.event !== 'settle') return proofOfDeed(breach, ledger);
  if (ledger.lost) return 'none';
  switch (breach.rule) {
    case 'WIN-4':
      return agreedSinceLastRelease(history.slice(0, -1)) ? 'given' : 'none';
    case 'WIN-5':
      return 'given';
    case 'ASY-5':
      return 'none';
    default:
      return breach.op === undefined ? 'none' : 'by-release';
  }
}

/** Whether what a breach missed at its settle point has come since. */
export function hasCome(
  { rule, op, at }: LocatedBreach,
  history: readonly HistoryEvent[],
): boolean {
  const isOfCall = (event: HistoryEvent) => 'op' in event && event.op === op;
  const invoked = history.find((event) => event.event === 'invoke' && isOfCall(event));
  const id = invoked?.event === 'invoke' ? invoked.message?.id : undefined;
  return history.slice(at + 1).some((event) => {
    if (rule === 'ORD-4')
      return (
        event.event === 'receive' &&
        event.packet.type === 'message' &&
        event.packet.message.id === id
      );
    if (rule === 'CMP-1') return event.event === 'complete' && isOfCall(event);
    return (event.event === 'return' || event.event === 'throw') && isOfCall(event);
  });
}

/** Calls and packets reach the kit on different ways: what came in one turn may have raced. */
function proofOfDeed(breach: LocatedBreach, ledger: Ledger): Proof {
  const send = breach.op === undefined ? undefined : (ledger.callOf(breach.op) as Send | undefined);
  switch (breach.rule) {
    case 'LIF-4':
      return ledger.turn > ledger.closeTurn ? 'given' : 'none';
    case 'TXN-4':
      return (send?.transaction?.endedTurn ?? -1) < ledger.turn || send?.waited ? 'given' : 'none';
    default:
      return 'given';
  }
}

/** Whether an event lowers a producer's usage, now or a little later. */
function releases(event: HistoryEvent): boolean {
  if (event.event === 'invoke') return event.action === 'rollback';
  return ['ack', 'refuse', 'throw', 'lose', 'cut', 'restore'].includes(event.event);
}

/**
 * WIN-4: whether the producer's figure was right at an earlier settle point, and nothing has been given back since
 * that the producer might still be busy with. At the beginning nothing is in use. `history`: up to a settle point.
 */
export function agreedSinceLastRelease(history: readonly HistoryEvent[]): boolean {
  for (let at = history.length - 1; at >= 0; at -= 1) {
    const event = history[at] as HistoryEvent;
    if (releases(event)) return false;
    if (event.event === 'settle' && history[at - 1]?.event === 'usage') return true;
  }
  return true;
}
