// What the scenarios of a scope can cover, looked up in what exploring the specification found.
import type { ScenarioScope } from '../scope.ts';
import { TABLE } from './table.ts';
import { isPossible, TRANSITIONS } from './transition.ts';

/** Where in the table a scope is: by how a producer is judged, and how its broker answers. */
export function tableKeyOf({ profile, answers, reconnects, resends }: ScenarioScope): string {
  return `${profile.name} ${answers}${reconnects || resends ? ', reconnecting' : ''}`;
}

/** What some scenarios led through, of what the scenarios of their scope can lead through: transitions by number. */
export interface Covered {
  readonly covered: readonly number[];
  readonly reachable: readonly number[];
}

/** Whether it is known what the scenarios of a scope can lead through: of profiles that users wrote it is not. */
export function isExplored(scope: ScenarioScope): boolean {
  return tableKeyOf(scope) in TABLE;
}

/**
 * Every transition that the scenarios of a scope can lead through. Where connections are cut, exploring misses
 * one in a hundred: what scenarios have `covered` is reachable as well.
 */
export function reachableWithin(scope: ScenarioScope, covered: Iterable<number> = []): number[] {
  const text = Object.entries(TABLE).find(([key]) => key === tableKeyOf(scope))?.[1] ?? '';
  const found = decoded(text).filter((one) => isPossible(one, scope.supports));
  return [...new Set([...found, ...covered])];
}

/** Transitions as a text: a bit for each number, in base 64. */
export function encoded(transitions: Iterable<number>): string {
  const bits = new Uint8Array(Math.ceil(TRANSITIONS / 8));
  for (const one of transitions) bits[one >> 3]! |= 1 << (one & 7);
  return Buffer.from(bits).toString('base64');
}

function decoded(text: string): number[] {
  const bits = Buffer.from(text, 'base64');
  const all = Array.from({ length: TRANSITIONS }, (_, at) => at);
  return all.filter((one) => (bits[one >> 3]! & (1 << (one & 7))) !== 0);
}
