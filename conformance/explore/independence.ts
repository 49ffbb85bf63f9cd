// Which rules are independent of the others: some history breaks the one and no other, and can go on to a
// settle point without breaking any other either. What is merely noticed earlier is not independent.
import { CATALOGUE } from '../../spec/catalogue.ts';
import type { History } from '../../spec/events/history.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { Trial } from './trial.ts';
import { WaysOut } from './way-out.ts';

/** Looks, among histories that open alike, for one that breaks a rule alone. */
export class Independence {
  readonly #profile: Profile;
  readonly #witnesses: Map<RuleId, History>;
  readonly #others = new Map<RuleId, { readonly trial: Trial; readonly ways: WaysOut }>();

  /** `witnesses`: the shortest found so far, by rule; it is added to. */
  constructor(profile: Profile, witnesses: Map<RuleId, History>) {
    this.#profile = profile;
    this.#witnesses = witnesses;
  }

  /** Takes note of a history whose last event breaks `rules`. */
  note(history: History, rules: readonly RuleId[]): void {
    const [rule] = rules;
    if (rules.length !== 1 || rule === undefined) return;
    const known = this.#witnesses.get(rule);
    if (known && known.length <= history.length) return;
    if (this.#breaksNoOther(history, rule)) this.#witnesses.set(rule, history);
  }

  #breaksNoOther(history: History, rule: RuleId): boolean {
    const { trial, ways } = this.#withoutRule(rule);
    const last = history.at(-1);
    const kind = last && trial.step(history.slice(0, -1), last).kind;
    // Where it cannot be told whose fault something was before, no other rule is named from then on.
    if (kind === 'disputed') return true;
    return kind === 'accepted' && (last?.event === 'settle' || ways.existsAfter(history));
  }

  #withoutRule(rule: RuleId) {
    let others = this.#others.get(rule);
    if (!others) {
      const rest = CATALOGUE.filter(({ id }) => id !== rule);
      const trial = new Trial(this.#profile, rest);
      others = { trial, ways: new WaysOut(trial) };
      this.#others.set(rule, others);
    }
    return others;
  }
}
