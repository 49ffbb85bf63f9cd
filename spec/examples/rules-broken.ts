// What a history breaks, in a word, for tests.
import { check } from '../check.ts';
import type { Profile } from '../model/profile.ts';
import { history, type Steps } from './builder.ts';

/** The ids of the rules that a history breaks, in the order of the book; empty: it is lawful. */
export function rulesBroken(profile: Profile, steps: readonly Steps[]): string {
  return check(profile, history(...steps))
    .flatMap(({ breach }) => breach?.rule ?? [])
    .join(' ');
}
