// Judging: folds a history into the ledger and asks every applicable rule about every event, up to the end of
// the turn in which a rule was first broken: after it the ledger no longer mirrors the producer.
// Streams: time is linear in the history, memory bounded by what is outstanding.
import {
  firstOf,
  missingFor,
  type LocatedBreach,
  type Missing,
  type RuleResult,
} from './verdict.ts';
import { CATALOGUE } from './catalogue.ts';
import { HistoryError, type HistoryEvent, type OpenEvent } from './events/history.ts';
import type { Accounting } from './model/window.ts';
import { fork } from './model/fork.ts';
import { Ledger } from './model/ledger.ts';
import type { Profile } from './model/profile.ts';
import { nextTurn, step } from './model/step.ts';
import type { About, Breach, Judgement, Judges, Rule, RuleId } from './rule.ts';

type AnyJudge = (ledger: Ledger, event: HistoryEvent) => Judgement;

/** A rule ready to be asked; `at` indexes the judge's counters. */
interface Entry {
  readonly rule: RuleId;
  readonly at: number;
  readonly judge: AnyJudge;
}

/** The rules to ask, by what they look at and then by the number of what it is about. */
type Agenda = Map<keyof Judges, Entry[][]>;

/** What a call is to `Rule.about`, by number; 0: the event is about no call. */
const SLOTS: readonly (About | 'none')[] = [
  'none',
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  'rejected',
  'transaction',
  'close',
  'flush',
];

/** Judges events one by one. Feed it whole cases: each begins with its `open`. */
export class Judge {
  readonly profile: Profile;
  /** The rules it judges by. */
  readonly rules: readonly Rule[];
  readonly #accounting: Accounting | undefined;
  readonly #exercised: number[];
  readonly #first = new Map<RuleId, LocatedBreach>();
  /** Why rules were not applicable to any case so far. */
  readonly #missing = new Map<number, Missing>();
  /** Rules that were applicable to some case. */
  readonly #applied = new Set<number>();
  #agenda: Agenda = new Map();
  #opened: OpenEvent | undefined;
  #line = 0;
  #at = -1;
  /** The ledger of the current case; absent before the first `open`. */
  ledger: Ledger | undefined;
  /** The breaches of the current case, in order, one for each rule. */
  breaches: LocatedBreach[] = [];
  /** The turn of the first breach has ended: the rest of the case is not judged. */
  isOver = false;

  /** `accounting`: as a fault hypothesis has it. */
  constructor(profile: Profile, rules: readonly Rule[] = CATALOGUE, accounting?: Accounting) {
    this.profile = profile;
    this.rules = rules;
    this.#accounting = accounting;
    this.#exercised = rules.map(() => 0);
  }

  /**
   * Folds in and judges one event. `line` is where it stands in its file; default: one event a line.
   * Throws `HistoryError`, with the line, if the event cannot have happened.
   */
  next(event: HistoryEvent, line = this.#line + 1): void {
    this.#line = line;
    this.#at += 1;
    if (event.event === 'open') return this.#open(event);
    const ledger = this.#fold(event);
    if (!this.isOver) this.#judge(ledger, event);
    if (event.event === 'settle') nextTurn(ledger);
  }

  /**
   * Folds in an event that was judged before, after the same events: no rule is asked, and none counts it
   * again. Nothing before it may have broken a rule.
   */
  skip(event: HistoryEvent): void {
    this.#line += 1;
    this.#at += 1;
    const ledger = this.#fold(event);
    if (event.event === 'settle') nextTurn(ledger);
  }

  /** A judge of the same case, as far as it has come, that counts for itself. */
  fork(): Judge {
    const copy = new Judge(this.profile, this.rules, this.#accounting);
    copy.#agenda = this.#agenda;
    copy.#opened = this.#opened;
    for (const at of this.#applied) copy.#applied.add(at);
    for (const [at, missing] of this.#missing) copy.#missing.set(at, missing);
    copy.#line = this.#line;
    copy.#at = this.#at;
    copy.ledger = fork(this.ledger);
    copy.breaches = [...this.breaches];
    copy.isOver = this.isOver;
    return copy;
  }

  /** Each rule's result on everything seen so far, in the order of the catalogue. */
  results(): RuleResult[] {
    return this.rules.map(({ id }, at) => {
      const exercised = this.#exercised[at] ?? 0;
      const breach = this.#first.get(id);
      const missing = this.#applied.has(at) ? undefined : this.#missing.get(at);
      if (breach) return { id, verdict: 'violated', exercised, breach };
      if (missing !== undefined) return { id, verdict: 'not-applicable', exercised, missing };
      return { id, verdict: exercised > 0 ? 'satisfied' : 'not-exercised', exercised };
    });
  }

  #open(event: OpenEvent): void {
    this.#at = 0;
    this.isOver = false;
    if (this.breaches.length > 0) this.breaches = [];
    this.ledger = new Ledger(event, this.profile, this.#accounting);
    const known = this.#opened;
    if (known && asksTheSame(known, event)) return;
    this.#opened = event;
    this.#choose(event);
  }

  #fold(event: HistoryEvent): Ledger {
    const { ledger } = this;
    try {
      if (!ledger) throw new HistoryError(`${event.event} before any open`);
      step(ledger, event);
      return ledger;
    } catch (error) {
      throw error instanceof HistoryError ? new HistoryError(error.message, this.#line) : error;
    }
  }

  #judge(ledger: Ledger, event: HistoryEvent): void {
    const entries = this.#agenda.get(event.event)?.[slotOf(ledger)];
    if (entries) this.#ask(entries, ledger, event);
    if (event.event !== 'settle') return;
    for (const call of ledger.overdue) {
      ledger.call = call;
      ledger.send = call.action === 'send' ? call : undefined;
      const about = this.#agenda.get('overdue')?.[slotOf(ledger)];
      if (about) this.#ask(about, ledger, event);
    }
    this.isOver = this.breaches.length > 0;
  }

  /** Sorts the applicable rules by what they look at. */
  #choose(open: OpenEvent): void {
    this.#agenda = new Map();
    this.rules.forEach((rule, at) => {
      const missing = missingFor(rule, this.profile, open);
      if (missing !== undefined) {
        this.#missing.set(at, firstOf(missing, this.#missing.get(at)));
        return;
      }
      this.#applied.add(at);
      for (const [looksAt, judge] of Object.entries(rule.judges))
        this.#enter(looksAt as keyof Judges, rule, { rule: rule.id, at, judge: judge as AnyJudge });
    });
  }

  #enter(looksAt: keyof Judges, { about }: Rule, entry: Entry): void {
    const slots = this.#agenda.get(looksAt) ?? SLOTS.map(() => []);
    this.#agenda.set(looksAt, slots);
    SLOTS.forEach((slot, number) => {
      // A settle point is about no call; there, what a rule is about says which overdue calls it is shown.
      const isAsked = looksAt === 'settle' || !about || (slot !== 'none' && about.includes(slot));
      if (isAsked) slots[number]?.push(entry);
    });
  }

  #ask(entries: readonly Entry[], ledger: Ledger, event: HistoryEvent): void {
    for (const { rule, at, judge } of entries) {
      const judgement = judge(ledger, event);
      if (judgement === undefined) continue;
      this.#exercised[at] = (this.#exercised[at] ?? 0) + 1;
      if (judgement !== 'holds') this.#breach(rule, judgement);
    }
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
  if (send) return send.rejection ? 8 : send.row;
  if (!call) return 0;
  if (call.action === 'close') return 10;
  return call.action === 'flush' ? 11 : 9;
}

function asksTheSame(one: OpenEvent, other: OpenEvent): boolean {
  return (
    one.observes === other.observes &&
    one.concurrent === other.concurrent &&
    (one.supports === other.supports || String(one.supports) === String(other.supports))
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
