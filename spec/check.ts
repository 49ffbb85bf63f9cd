// Judging: folds a history into the ledger and asks every applicable rule about every event.
// Streams: time is linear in the history, memory bounded by what is outstanding.
import { firstOf, missingFor } from './rules/applicability.ts';
import { CATALOGUE } from './catalogue.ts';
import { HistoryError, type HistoryEvent, type OpenEvent } from './events/history.ts';
import { Ledger } from './model/ledger.ts';
import type { Profile } from './model/profile.ts';
import {
  STUCK_JUDGES,
  type About,
  type Breach,
  type Judgement,
  type Rule,
  type RuleId,
} from './rule.ts';
import type { LocatedBreach, Missing, RuleResult } from './verdict.ts';

type EventType = HistoryEvent['event'];
type AnyJudge = (ledger: Ledger, event: HistoryEvent) => Judgement;

/** A rule ready to be asked about one type of event; `at` indexes the judge's counters. */
interface Entry {
  readonly rule: Rule;
  readonly at: number;
  readonly judge: AnyJudge;
}

/** What a call is to `Rule.about`, as a number; 0: the event is about no call. */
const SLOTS: readonly (About | 'none')[] = [
  'none',
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  'doomed',
  'transaction',
  'close',
];

/** Judges events one by one. Feed it whole cases: each begins with its `open`. */
export class Judge {
  readonly profile: Profile;
  readonly #rules: readonly Rule[];
  readonly #exercised: number[];
  readonly #first = new Map<RuleId, LocatedBreach>();
  /** Why rules were not applicable to any case so far; absent: they were, to one at least. */
  readonly #missing = new Map<number, Missing>();
  /** Rules that were applicable to some case. */
  readonly #applied = new Set<number>();
  /** The rules to ask, by type of event and then by what the event is about. */
  #entries = new Map<EventType, Entry[][]>();
  /** Those to ask at a settle point at which nobody is stuck. */
  #calm: Entry[] = [];
  #opened: OpenEvent | undefined;
  #line = 0;
  #at = -1;
  #spoilt = false;
  /** Whether a completion callback had thrown before the current event. */
  #afterThrow = false;
  /** Where the counter of CMP-6 is; -1: it is not judged. */
  #throwsAt = -1;
  /** The ledger of the current case; absent before the first `open`. */
  ledger: Ledger | undefined;
  /** The breaches of the current case, in order. */
  breaches: LocatedBreach[] = [];

  constructor(profile: Profile, rules: readonly Rule[] = CATALOGUE) {
    this.profile = profile;
    this.#rules = rules;
    this.#exercised = rules.map(() => 0);
  }

  /** The rules it judges by. */
  get rules(): readonly Rule[] {
    return this.#rules;
  }

  /**
   * Folds in and judges one event. `line` is where it stands in its file; default: one event a line.
   * Throws `HistoryError`, with the line, if the event cannot have happened.
   */
  next(event: HistoryEvent, line = this.#line + 1): void {
    this.#line = line;
    this.#at += 1;
    const type = event.event;
    if (type === 'open') {
      this.#open(event);
      return;
    }
    const { ledger } = this;
    try {
      if (!ledger) throw new HistoryError(`${type} before any open`);
      this.#afterThrow = ledger.threw !== undefined;
      ledger.apply(event);
    } catch (error) {
      throw error instanceof HistoryError ? new HistoryError(error.message, this.#line) : error;
    }
    const calm = type === 'settle' && ledger.stuck.size === 0;
    const entries = calm ? this.#calm : this.#entries.get(type)?.[slotOf(ledger)];
    if (entries) this.#ask(entries, ledger, event);
    if (ledger.disputed) this.#spoilt = true;
    if (type === 'settle') ledger.nextTurn();
  }

  /**
   * Folds in an event that was judged before, after the same events: no rule is asked again, and none counts
   * it again. Nothing before it may have broken a rule.
   */
  follow(event: HistoryEvent): void {
    this.#line += 1;
    this.#at += 1;
    const { ledger } = this;
    if (!ledger) throw new HistoryError(`${event.event} before any open`, this.#line);
    ledger.apply(event);
    if (event.event === 'settle') ledger.nextTurn();
  }

  /** Most rules are mute for the rest of the case: one was broken, or it cannot be told which. */
  get spoilt(): boolean {
    return this.#spoilt;
  }

  /** Each rule's result on everything seen so far, in the order of the catalogue. */
  results(): RuleResult[] {
    return this.#rules.map((rule, at) => {
      const exercised = this.#exercised[at] ?? 0;
      const breach = this.#first.get(rule.id);
      const missing = this.#applied.has(at) ? undefined : this.#missing.get(at);
      if (breach) return { id: rule.id, verdict: 'violated', exercised, breach };
      if (missing !== undefined)
        return { id: rule.id, verdict: 'not-applicable', exercised, missing };
      return { id: rule.id, verdict: exercised > 0 ? 'satisfied' : 'not-exercised', exercised };
    });
  }

  /** Takes back a breach: a control has shown that it is no fault of this rule. That it was exercised stands. */
  withdraw(breach: LocatedBreach): void {
    if (this.#first.get(breach.rule) === breach) this.#first.delete(breach.rule);
  }

  /** Holds a breach against its rule that another judge has found, if this one knows the rule. */
  charge(breach: LocatedBreach): void {
    const isKnown = this.#rules.some(({ id }) => id === breach.rule);
    if (isKnown && !this.#first.has(breach.rule)) this.#first.set(breach.rule, breach);
  }

  #open(event: OpenEvent): void {
    this.#at = 0;
    this.#spoilt = false;
    this.#afterThrow = false;
    if (this.breaches.length > 0) this.breaches = [];
    this.ledger = new Ledger(event, this.profile);
    const known = this.#opened;
    if (known && asksTheSame(known, event)) return;
    this.#opened = event;
    this.#choose(event);
  }

  /** Sorts the applicable rules by the events they look at. */
  #choose(open: OpenEvent): void {
    this.#entries = new Map();
    this.#calm = [];
    this.#rules.forEach((rule, at) => {
      const missing = missingFor(rule, this.profile, open);
      if (missing !== undefined) {
        this.#missing.set(at, firstOf(missing, this.#missing.get(at)));
        return;
      }
      this.#applied.add(at);
      for (const [type, judge] of Object.entries(rule.judges)) {
        const entry = { rule, at, judge: judge as AnyJudge };
        const slots = this.#slotsOf(type as EventType);
        SLOTS.forEach((slot, number) => {
          if (slot === 'none' || (rule.about?.includes(slot) ?? true)) slots[number]?.push(entry);
        });
        if (type === 'settle' && !STUCK_JUDGES.has(judge)) this.#calm.push(entry);
      }
    });
    this.#throwsAt = this.#rules.findIndex(
      (rule) => rule.id === 'CMP-6' && missingFor(rule, this.profile, open) === undefined,
    );
  }

  #slotsOf(type: EventType): Entry[][] {
    const known = this.#entries.get(type);
    if (known) return known;
    const slots = SLOTS.map(() => []);
    this.#entries.set(type, slots);
    return slots;
  }

  /** All rules see the event that breaks one; only then does a breach mute the rest of the case. */
  #ask(entries: readonly Entry[], ledger: Ledger, event: HistoryEvent): void {
    let spoils = false;
    for (const { rule, at, judge } of entries) {
      if (this.#spoilt && !rule.selfContained) continue;
      const judgement = judge(ledger, event);
      if (judgement === undefined) continue;
      if (this.#afterThrow && rule.id !== 'CMP-6') {
        if (judgement !== 'holds' && this.#throwsAt >= 0) this.#breachAfterThrow(judgement);
        continue;
      }
      this.#exercised[at] = (this.#exercised[at] ?? 0) + 1;
      if (judgement === 'holds') continue;
      this.#breach(rule.id, judgement);
      if (!rule.selfContained && !rule.explains) spoils = true;
    }
    if (spoils) this.#spoilt = true;
  }

  /** Whatever breaks once the application's own callback has thrown is what CMP-6 is about; no other rule counts it. */
  #breachAfterThrow({ why, call }: Breach): void {
    this.#exercised[this.#throwsAt] = (this.#exercised[this.#throwsAt] ?? 0) + 1;
    this.#breach('CMP-6', { why: `after a callback threw, ${why}`, ...(call && { call }) });
  }

  #breach(rule: RuleId, { why, call }: Breach): void {
    if (this.breaches.some((breach) => breach.rule === rule)) return;
    const op = call && { op: call.op };
    const breach: LocatedBreach = { rule, why, ...op, at: this.#at, line: this.#line };
    this.breaches.push(breach);
    if (!this.#first.has(rule)) this.#first.set(rule, breach);
  }
}

function slotOf({ send, call }: Ledger): number {
  if (send) return send.doom ? 8 : send.row;
  if (!call) return 0;
  return call.action === 'close' ? 10 : 9;
}

function asksTheSame(one: OpenEvent, other: OpenEvent): boolean {
  return (
    one.supports === other.supports &&
    one.observes === other.observes &&
    one.concurrent === other.concurrent
  );
}

/** Judges a whole history of one or more cases. */
export function check(
  profile: Profile,
  history: Iterable<HistoryEvent>,
  rules: readonly Rule[] = CATALOGUE,
): RuleResult[] {
  const judge = new Judge(profile, rules);
  for (const event of history) judge.next(event);
  return judge.results();
}
