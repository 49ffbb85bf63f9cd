// The specification itself, put to the test over every small history: are the rules consistent, do they
// imply the three promises, is each of them ever put to the test, and is each independent of the others?
import { CAPABILITIES } from '../../spec/events/settings.ts';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { EXAMPLES } from '../../spec/examples.ts';
import type { History, HistoryEvent } from '../../spec/events/history.ts';
import { STRICT, type Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { excludingChoice } from '../../spec/verdict.ts';
import type { Alphabet } from './alphabet.ts';
import { consequencesUnder, LONGER } from './consequences.ts';
import { Independence } from './independence.ts';
import { LawfulCompletion } from './lawful-completion.ts';
import { search, type SearchResult } from './search.ts';

/** What is wrong with the rule book, shown by a history where there is one. */
export interface Flaw {
  readonly what: string;
  readonly history?: History;
}

/** What the search of one alphabet came to. */
export interface Explored extends SearchResult {
  readonly alphabet: string;
  readonly depth: number;
  /** States that no rule accuses, although every way on without help ends in a breach: by the next settle. */
  readonly deadEnds: number;
}

/** What is known of the rule book afterwards. */
export interface Exploration {
  readonly profile: Profile['name'];
  readonly explored: readonly Explored[];
  /** For each rule that some history breaks alone, such a history. */
  readonly independent: ReadonlyMap<RuleId, History>;
  readonly flaws: readonly Flaw[];
}

/** No alphabet opens a second producer, makes a connection anew, or claims what the notes do not speak of. */
const BEYOND: ReadonlySet<RuleId> = new Set(['ISO-1']);

/** Explores every alphabet `deeper` events further than it declares, or less far if negative. */
export function exploreRules(
  alphabets: readonly Alphabet[],
  deeper = 0,
  profile: Profile = STRICT,
  onExplored: (explored: Explored) => void = () => {},
): Exploration {
  const flaws = new Flaws();
  const independent = new Map<RuleId, History>();
  const exercised = new Set<RuleId>();
  const explored = alphabets.map((alphabet) => {
    const one = exploreOne(alphabet, alphabet.depth + deeper, profile, flaws, independent);
    for (const rule of one.exercised) exercised.add(rule);
    onExplored(one);
    return one;
  });
  addExamples(profile, independent);
  for (const rule of CATALOGUE) {
    const { id, needs } = rule;
    if (excludingChoice(rule, profile) || rule.reconnects) continue;
    if (BEYOND.has(id) || needs.some((need) => !CAPABILITIES.some((one) => one === need))) continue;
    if (!exercised.has(id)) flaws.add(`${id} is never put to the test`);
    const reason = consequencesUnder(profile)[id];
    if (reason === undefined && !independent.has(id))
      flaws.add(`${id} is never broken alone, and is not declared a consequence`);
    if (reason !== undefined && independent.has(id))
      flaws.add(`${id} is declared a consequence, but is broken alone`, independent.get(id));
  }
  return { profile: profile.name, explored, independent, flaws: flaws.all };
}

function exploreOne(
  alphabet: Alphabet,
  depth: number,
  profile: Profile,
  flaws: Flaws,
  independent: Map<RuleId, History>,
): Explored {
  const completion = new LawfulCompletion();
  const independence = new Independence(profile, independent);
  let deadEnds = 0;
  let open = false;
  const result = search(alphabet, profile, depth, {
    state: (position) => {
      const { history } = position;
      open = completion.existsAfter(position);
      if (open) return;
      deadEnds += 1;
      if (history.length === 1) flaws.add('nothing that a fresh producer does is lawful', history);
      if (history.at(-1)?.event === 'settle')
        flaws.add('a history is settled and accepted, and yet bound to break a rule', history);
    },
    tried: ({ history }, event, outcome, promise) => {
      const longer = [...history, event];
      if (outcome.kind === 'broken') independence.note(longer, outcome.rules);
      if (outcome.kind === 'accepted' && promise !== undefined)
        flaws.add(`it is accepted, and yet ${promise}`, longer);
      if (!open || !isStep(event)) return;
      if (outcome.kind !== 'accepted' || !completion.existsAfter(outcome.position))
        flaws.add('a step makes an innocent producer guilty', longer);
    },
  });
  return { ...result, alphabet: alphabet.name, depth, deadEnds };
}

/** Whether an event is the doing of the application, the broker, the network or the clock. */
function isStep({ event }: HistoryEvent): boolean {
  return STEPS.has(event);
}

const STEPS = new Set<HistoryEvent['event']>(['invoke', 'ack', 'refuse', 'lose', 'advance']);

/** A rule that no small history breaks alone may still be broken alone by a longer one, or by its own example. */
function addExamples(profile: Profile, independent: Map<RuleId, History>): void {
  const consequences = consequencesUnder(profile);
  for (const { id } of CATALOGUE) {
    const longer = id in consequences ? undefined : LONGER[id];
    const violation = longer ?? EXAMPLES[id]?.violation;
    if (independent.has(id) || !violation) continue;
    new Independence(profile, independent).note(violation, [id]);
  }
}

/** Flaws, each kind with the first histories that show it. */
class Flaws {
  readonly #byWhat = new Map<string, Flaw[]>();

  get all(): readonly Flaw[] {
    return [...this.#byWhat.values()].flat();
  }

  add(what: string, history?: History): void {
    const known = this.#byWhat.get(what) ?? [];
    if (known.length >= EACH_SHOWN) return;
    this.#byWhat.set(what, [...known, { what, ...(history && { history }) }]);
  }
}

const EACH_SHOWN = 3;
