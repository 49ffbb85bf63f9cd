// What was run exhaustively, in words: the bound of a verdict, and whether a counterexample is minimal.
import type { Certificate } from '../exhaustive/certify.ts';
import type { Exhausted } from '../exhaustive/exhaust.ts';
import { describeScope } from '../exhaustive/small-scope.ts';

/** Lines for people. `broken`: rules that some tape breaks. */
export function boundText(exhausted: Exhausted, broken: number): string[] {
  const { complete, depth, scope, interleavings, assumptions } = exhausted;
  const outcome =
    broken === 0
      ? 'none breaks a rule'
      : `some break ${broken === 1 ? 'a rule' : `${broken} rules`}`;
  const which = complete ? 'every tape' : 'some of the tapes, and not every one,';
  const ways =
    interleavings === undefined
      ? ''
      : `, which is ${interleavings.toLocaleString('en')} interleavings of the senders`;
  return [
    `the verdict is bounded: ${which} of up to ${depth} stimuli was run${ways}, and ${outcome}`,
    'nothing is said of longer tapes, nor of what is out of scope',
    `scope: ${describeScope(scope)}`,
    ...assumptions.map((assumption) => `assuming that ${assumption}`),
  ];
}

/** Whether a shorter counterexample exists, as a sentence. */
export function certificateText({ scope, tried, minimal }: Certificate): string {
  const within = describeScope(scope);
  if (minimal) return `Minimal: no shorter one exists within this scope: ${within}.`;
  const how = tried < 0 ? 'none was tried' : `only those of up to ${tried} stimuli were tried`;
  return `Perhaps not minimal: of the shorter ones within this scope ${how}: ${within}.`;
}

/** The bound as names and values, for a page. */
export function boundFacts({
  complete,
  depth,
  scope,
  tapes,
  runs,
}: Exhausted): (readonly [name: string, value: string])[] {
  return [
    ['bound', `${complete ? 'every tape' : 'some tapes'} of up to ${depth} stimuli`],
    ['tapes', `${tapes.toLocaleString('en')} in ${runs.toLocaleString('en')} runs`],
    ['scope', describeScope(scope)],
  ];
}
