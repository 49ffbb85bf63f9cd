// A place in the exploration: a history that has been judged so far, and what one more event makes of it.
// A history is impossible, broken or accepted.
import { CATALOGUE } from '../../spec/catalogue.ts';
import { Judge } from '../../spec/check.ts';
import { type History, HistoryError, type HistoryEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { Judgement, Judges, Rule, RuleId } from '../../spec/rule.ts';
import { fork, keyOf } from '../../spec/model/fork.ts';
import { forgetLastEvent } from '../../spec/model/step.ts';

/** What one more event makes of a history. */
export type Outcome =
  /** Nothing is broken; `held`: the rules that were put to the test. */
  | { readonly kind: 'accepted'; readonly position: Position; readonly held: readonly RuleId[] }
  /** The event breaks these rules. */
  | { readonly kind: 'broken'; readonly rules: readonly RuleId[] }
  /** The event cannot have happened. */
  | { readonly kind: 'impossible' };

/** A history in which no rule is broken. */
export class Position {
  readonly history: History;
  readonly ledger: Ledger;
  readonly #law: Law;
  #key: string | undefined;

  private constructor(law: Law, history: History, ledger: Ledger) {
    this.#law = law;
    this.history = history;
    this.ledger = ledger;
  }

  /** Positions by a profile: each after a history that is possible and breaks no rule. */
  static by(profile: Profile, rules: readonly Rule[] = CATALOGUE): (history: History) => Position {
    const law = new Law(profile, rules);
    return (history) => new Position(law, history, law.judge(history));
  }

  /** Equal for two positions only if they have the same future. */
  get key(): string {
    return (this.#key ??= stateKey(this.ledger));
  }

  try(event: HistoryEvent): Outcome {
    const law = this.#law;
    law.judge(this.history);
    const history = [...this.history, event];
    try {
      law.next(event);
    } catch (error) {
      if (error instanceof HistoryError) return { kind: 'impossible' };
      throw error;
    }
    const { ledger, breaches, held } = law;
    law.held = [];
    if (breaches.length > 0) return { kind: 'broken', rules: breaches.map(({ rule }) => rule) };
    return { kind: 'accepted', position: new Position(law, history, ledger), held };
  }
}

/** The rules that positions are judged by. Every event is judged with all that came before it, anew. */
class Law {
  readonly #judge: Judge;
  held: RuleId[] = [];

  constructor(profile: Profile, rules: readonly Rule[]) {
    const tell = (id: RuleId) => this.held.push(id);
    this.#judge = new Judge(
      profile,
      rules.map((rule) => overheard(rule, tell)),
    );
  }

  get ledger(): Ledger {
    const { ledger } = this.#judge;
    if (!ledger) throw new Error('a history begins with open; this one is empty');
    return ledger;
  }

  get breaches() {
    return this.#judge.breaches;
  }

  judge(history: History): Ledger {
    for (const event of history) this.#judge.next(event);
    return this.ledger;
  }

  next(event: HistoryEvent): void {
    this.held = [];
    this.#judge.next(event);
  }
}

/** The same rule, telling when it holds. */
function overheard(rule: Rule, tell: (id: RuleId) => void): Rule {
  const judges = Object.entries(rule.judges).map(([type, judge]) => {
    const ask = judge as (ledger: Ledger, event: HistoryEvent) => Judgement;
    const overhear = (ledger: Ledger, event: HistoryEvent) => {
      const judgement = ask(ledger, event);
      if (judgement === 'holds') tell(rule.id);
      return judgement;
    };
    return [type, overhear];
  });
  return { ...rule, judges: Object.fromEntries(judges) as Judges };
}

/** A key that is equal for two histories over one alphabet only if the rules cannot tell them apart. */
export function stateKey(ledger: Ledger): string {
  const copy = fork(ledger);
  forgetLastEvent(copy);
  return keyOf(copy, copy.settings.sendTimeoutMs);
}
