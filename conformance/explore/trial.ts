// Trying one event more: whether a history may go on so, by a set of rules.
import { CATALOGUE } from '../../spec/catalogue.ts';
import { Judge } from '../../spec/check.ts';
import { HistoryError, type History, type HistoryEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { Judgement, Judges, Rule, RuleId } from '../../spec/rule.ts';
import { stateKey } from './state-key.ts';

/** What one more event makes of a history. */
export type Step =
  /** Nothing is broken; `key` names the state, `held` the rules that were put to the test. */
  | { readonly kind: 'accepted'; readonly key: string; readonly held: readonly RuleId[] }
  /** The event breaks these rules. */
  | { readonly kind: 'broken'; readonly rules: readonly RuleId[] }
  /** It cannot be told whose fault it is: no rule is named, and the case is over. */
  | { readonly kind: 'disputed' }
  /** The event cannot have happened. */
  | { readonly kind: 'impossible' };

/** Folds histories and tries what comes next. */
export class Trial {
  readonly #judge: Judge;
  #held: RuleId[] = [];

  /** `rules`: default the whole catalogue. */
  constructor(profile: Profile, rules: readonly Rule[] = CATALOGUE) {
    this.#judge = new Judge(
      profile,
      rules.map((rule) => overheard(rule, (id) => this.#held.push(id))),
    );
  }

  /** The ledger after `history`, which must be possible. */
  fold(history: History): Ledger {
    this.#held = [];
    for (const event of history) this.#judge.next(event);
    const { ledger } = this.#judge;
    if (!ledger) throw new Error('a history begins with open; this one is empty');
    return ledger;
  }

  /** What `event` makes of `history`. */
  step(history: History, event: HistoryEvent): Step {
    this.fold(history);
    this.#held = [];
    try {
      this.#judge.next(event);
    } catch (error) {
      if (error instanceof HistoryError) return { kind: 'impossible' };
      throw error;
    }
    const { breaches } = this.#judge;
    if (breaches.length > 0) return { kind: 'broken', rules: breaches.map(({ rule }) => rule) };
    return { kind: 'accepted', key: stateKey(this.#judge.ledger!), held: this.#held };
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
