// Which rules are independent of the others: some history breaks the one and no other, and can go on to a
// settle point without breaking any other either. What is merely noticed earlier is not independent.
import { CATALOGUE } from '../../spec/catalogue.ts';
import type { History } from '../../spec/events/history.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { LawfulCompletion } from './lawful-completion.ts';
import { Position } from './position.ts';

/** Looks, among histories that open alike, for one that breaks a rule alone. */
export class Independence {
  readonly #profile: Profile;
  readonly #shortest: Map<RuleId, History>;
  /** What is left of the law without a rule. */
  readonly #others = new Map<
    RuleId,
    { readonly after: (past: History) => Position; readonly completion: LawfulCompletion }
  >();

  /** `shortest`: the shortest such history found so far, by rule; it is added to. */
  constructor(profile: Profile, shortest: Map<RuleId, History>) {
    this.#profile = profile;
    this.#shortest = shortest;
  }

  /** Takes note of a history whose last event breaks `rules`. */
  note(history: History, rules: readonly RuleId[]): void {
    const [rule] = rules;
    if (rules.length !== 1 || rule === undefined) return;
    const known = this.#shortest.get(rule);
    if (known && known.length <= history.length) return;
    if (this.#breaksNoOther(history, rule)) this.#shortest.set(rule, history);
  }

  #breaksNoOther(history: History, rule: RuleId): boolean {
    const { after, completion } = this.#without(rule);
    const last = history.at(-1)!;
    const outcome = after(history.slice(0, -1)).try(last);
    if (outcome.kind !== 'accepted') return outcome.kind === 'broken' && outcome.rules.length === 0;
    return last.event === 'settle' || completion.existsAfter(outcome.position);
  }

  #without(rule: RuleId) {
    let others = this.#others.get(rule);
    if (!others) {
      const after = Position.by(
        this.#profile,
        CATALOGUE.filter(({ id }) => id !== rule),
      );
      others = { after, completion: new LawfulCompletion() };
      this.#others.set(rule, others);
    }
    return others;
  }
}
