// An example of every rule: a history that keeps it, and one that breaks it and from which nothing can
// be left out. They are shown to people, and they are tests: see examples.test.ts.
import { CHOICE_EXAMPLES } from './examples/choices.ts';
import { ENDING_EXAMPLES } from './examples/endings.ts';
import { FURTHER_EXAMPLES } from './examples/further.ts';
import { SEND_EXAMPLES } from './examples/sends.ts';
import { WINDOW_EXAMPLES } from './examples/window.ts';
import type { Examples } from './examples/builder.ts';
import { STRICT, type Profile } from './model/profile.ts';

export type { Example, Examples } from './examples/builder.ts';

/** Keyed by the id of the rule. */
export const EXAMPLES: Examples = {
  ...SEND_EXAMPLES,
  ...WINDOW_EXAMPLES,
  ...ENDING_EXAMPLES,
  ...FURTHER_EXAMPLES,
  ...CHOICE_EXAMPLES,
};

/** The profile by which the examples of a rule are judged. */
export function profileOf(id: string): Profile {
  return EXAMPLES[id]?.profile ?? STRICT;
}
