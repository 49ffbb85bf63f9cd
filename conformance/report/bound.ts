// What was run exhaustively, in words: the bound of a verdict, and whether a counterexample is minimal.
import type { Certificate, Exhausted } from '../cases/exhaustive/bound.ts';
import { describeScope } from '../cases/exhaustive/small-scope.ts';

/** Lines for people. `broken`: rules that some scenario breaks. */
export function boundText(exhausted: Exhausted, broken: number): string[] {
  const { complete, depth, scope, interleavings, assumptions } = exhausted;
  const outcome =
    broken === 0
      ? 'none breaks a rule'
      : `some break ${broken === 1 ? 'a rule' : `${broken} rules`}`;
  const which = complete ? 'every scenario' : 'some of the scenarios, and not every one,';
  const ways =
    interleavings === undefined
      ? ''
      : `, which is ${interleavings.toLocaleString('en')} interleavings of the senders`;
  return [
    `the verdict is bounded: ${which} of up to ${depth} steps was run${ways}, and ${outcome}`,
    'nothing is said of longer scenarios, nor of what is out of scope',
    `scope: ${describeScope(scope)}`,
    ...assumptions.map((assumption) => `assuming that ${assumption}`),
  ];
}

/** Whether a shorter counterexample exists, as a sentence. */
export function certificateText({ scope, tried, minimal }: Certificate): string {
  const within = describeScope(scope);
  if (minimal) return `Minimal: no shorter one exists within this scope: ${within}.`;
  const how = tried < 0 ? 'none was tried' : `only those of up to ${tried} steps were tried`;
  return `Perhaps not minimal: of the shorter ones within this scope ${how}: ${within}.`;
}

/** The bound as names and values, for a page. */
export function boundFacts({
  complete,
  depth,
  scope,
  scenarios,
  runs,
}: Exhausted): (readonly [name: string, value: string])[] {
  return [
    ['bound', `${complete ? 'every scenario' : 'some scenarios'} of up to ${depth} steps`],
    ['scenarios', `${scenarios.toLocaleString('en')} in ${runs.toLocaleString('en')} runs`],
    ['scope', describeScope(scope)],
  ];
}
