import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../spec/examples.ts';
import { acceptsOf } from './accepts.ts';
import { HISTORY_EVENT } from './history-format.ts';

type Json = Record<string, unknown>;

const EVENTS = Object.values(EXAMPLES).flatMap(({ witness, violation }) => [
  ...witness,
  ...violation,
]);

/** Every object within a value, itself the first. */
function objectsIn(value: unknown): Json[] {
  if (value === null || typeof value !== 'object') return [];
  return [value as Json, ...Object.values(value).flatMap(objectsIn)];
}

/** An event of which one field, however deep, is another, is new, or is gone. */
const damaged = fc
  .record({
    event: fc.constantFrom(...EVENTS),
    how: fc.constantFrom('replaced', 'added', 'removed'),
    which: fc.nat(),
    field: fc.nat(),
    value: fc.oneof(fc.constantFrom(-1, 0.5, '', null), fc.jsonValue()),
  })
  .map(({ event, how, which, field, value }) => {
    const copy = structuredClone(event);
    const objects = objectsIn(copy);
    const object = objects[which % objects.length] ?? {};
    const keys = Object.keys(object);
    const key = how === 'added' ? 'another' : (keys[field % keys.length] ?? '');
    if (how === 'removed') delete object[key];
    else object[key] = value;
    return JSON.parse(JSON.stringify(copy)) as unknown;
  });

describe('the quick yes', () => {
  it('is said to every event of the examples', () => {
    const accepts = acceptsOf(HISTORY_EVENT);
    expect(EVENTS.filter((event) => !accepts(event))).toEqual([]);
  });

  it('is said to just what the schema accepts, and would hand on as it is', () => {
    const accepts = acceptsOf(HISTORY_EVENT);
    fc.assert(
      fc.property(fc.oneof(damaged, fc.jsonValue()), (value) => {
        const { success, output } = v.safeParse(HISTORY_EVENT, value);
        expect(accepts(value)).toBe(success && isDeepStrictEqual(output, value));
      }),
      { numRuns: 2000 },
    );
  });

  it('is not said where the schema changes what it is given, or where it is of a kind not known', () => {
    const trimmed = v.object({ name: v.pipe(v.string(), v.trim()) });
    const filledIn = v.object({ name: v.exactOptional(v.string(), 'nobody') });
    expect(acceptsOf(trimmed)({ name: 'anna' })).toBe(false);
    expect(acceptsOf(v.bigint())(1n)).toBe(false);
    expect(acceptsOf(filledIn)({})).toBe(false);
    expect(acceptsOf(filledIn)({ name: 'anna' })).toBe(true);
  });
});
