import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTIVEMQ_CLASSIC, PROFILES, STRICT, type Profile } from './profile.ts';
import { fits, isCharged, isTooLarge, type Admission } from './window.ts';

const charge = (windowSize: number, usage: number, bytes: number): Admission => ({
  windowSize,
  usage,
  charge: bytes,
  charged: true,
});
const uncharged = (windowSize: number, usage: number, bytes = 1): Admission => ({
  ...charge(windowSize, usage, bytes),
  charged: false,
});

const BYTES = fc.oneof(
  fc.nat(20),
  fc.nat({ max: 2 ** 31 - 1 }),
  fc.maxSafeNat().map((n) => Math.floor(n / 2)),
);
const LIMIT = BYTES.filter((bytes) => bytes > 0);
/** Any send that wants into a window. */
const ADMISSION = fc.record({
  windowSize: LIMIT,
  usage: BYTES,
  charge: BYTES,
  charged: fc.boolean(),
});

describe('who takes space', () => {
  const chargedBy = (profile: Profile) =>
    (['completion', 'timed', 'sync', 'async'] as const).filter((it) => isCharged(it, profile));

  test('strict: async and completion sends, which return before their answer', () => {
    expect(chargedBy(STRICT)).toEqual(['completion', 'async']);
  });

  test('activemq-classic: async sends alone', () => {
    expect(chargedBy(ACTIVEMQ_CLASSIC)).toEqual(['async']);
  });
});

describe('what fits, strict', () => {
  test.each([
    ['an exact fit', charge(10, 6, 4), true],
    ['one byte over', charge(10, 6, 5), false],
    ['the whole window, empty', charge(10, 0, 10), true],
    ['one byte into a full window', charge(10, 10, 1), false],
    ['an empty message into a full window', charge(10, 10, 0), true],
    ['an empty message into an overfull window', charge(10, 11, 0), false],
    ['a sync send beside one free byte', uncharged(10, 9, 1000), true],
    ['a sync send at a full window', uncharged(10, 10, 0), false],
    ['anything without a window', charge(0, 1_000_000, 1_000_000), true],
    ['an exact fit above 2^31', charge(3 * 2 ** 30, 3 * 2 ** 30 - 1, 1), true],
    ['one byte over above 2^31', charge(3 * 2 ** 30, 3 * 2 ** 30 - 1, 2), false],
    ['a sum that would wrap at 2^32', charge(2 ** 31, 2 ** 31, 2 ** 31), false],
    ['one byte below 2^53', charge(2 ** 53 - 1, 2 ** 53 - 2, 1), true],
  ])('%s: %#', (_, admission, expected) => {
    expect(fits(admission, STRICT)).toBe(expected);
  });

  test('a charged send fits exactly when the usage stays within the limit', () => {
    fc.assert(
      fc.property(LIMIT, BYTES, BYTES, (limit, usage, bytes) => {
        expect(fits(charge(limit, usage, bytes), STRICT)).toBe(usage + bytes <= limit);
      }),
    );
  });

  test('what fits still fits when space is given back', () => {
    fc.assert(
      fc.property(ADMISSION, fc.nat(), (now, back) => {
        const later = { ...now, usage: Math.max(0, now.usage - back) };
        if (fits(now, STRICT)) expect(fits(later, STRICT)).toBe(true);
        else expect(fits({ ...now, usage: now.usage + back }, STRICT)).toBe(false);
      }),
    );
  });

  test('admitting whatever fits never exceeds the limit, and nothing else is ever kept out', () => {
    fc.assert(
      fc.property(LIMIT, fc.array(BYTES), (limit, sizes) => {
        let usage = 0;
        for (const bytes of sizes) {
          const admission = charge(limit, usage, bytes);
          if (fits(admission, STRICT)) usage += bytes;
          else expect(usage + bytes).toBeGreaterThan(limit);
          expect(usage).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });
});

describe('what could never fit, strict', () => {
  test.each([
    ['one byte more than the window', charge(10, 0, 11), true],
    ['the window itself', charge(10, 10, 10), false],
    ['a sync send of any size', uncharged(10, 10, 11), false],
    ['any size without a window', charge(0, 0, 11), false],
    ['one byte more than a window above 2^31', charge(2 ** 31, 0, 2 ** 31 + 1), true],
  ])('%s', (_, admission, expected) => {
    expect(isTooLarge(admission, STRICT)).toBe(expected);
  });

  test('it is what does not fit an empty window', () => {
    fc.assert(
      fc.property(ADMISSION, (wanted) => {
        expect(isTooLarge(wanted, STRICT)).toBe(!fits({ ...wanted, usage: 0 }, STRICT));
      }),
    );
  });
});

describe('what fits, activemq-classic', () => {
  test.each([
    ['one byte free is enough for any size', charge(10, 9, 1000), true],
    ['nothing goes into a full window, not even an empty message', charge(10, 10, 0), false],
    ['nothing goes into an overfull window', uncharged(10, 12), false],
    ['anything without a window', charge(0, 12, 12), true],
    ['one byte free above 2^31', charge(3 * 2 ** 30, 3 * 2 ** 30 - 1, 2 ** 31), true],
  ])('%s', (_, admission, expected) => {
    expect(fits(admission, ACTIVEMQ_CLASSIC)).toBe(expected);
  });

  test('size and kind of the send do not matter', () => {
    fc.assert(
      fc.property(ADMISSION, (wanted) => {
        expect(fits(wanted, ACTIVEMQ_CLASSIC)).toBe(wanted.usage < wanted.windowSize);
      }),
    );
  });

  test('nothing is ever too large', () => {
    fc.assert(
      fc.property(LIMIT, BYTES, (limit, bytes) => {
        expect(isTooLarge(charge(limit, 0, bytes), ACTIVEMQ_CLASSIC)).toBe(false);
      }),
    );
  });

  test('one sender exceeds the limit by less than its last message', () => {
    fc.assert(
      fc.property(LIMIT, fc.array(LIMIT), (limit, sizes) => {
        let usage = 0;
        for (const bytes of sizes) {
          if (!fits(charge(limit, usage, bytes), ACTIVEMQ_CLASSIC)) continue;
          usage += bytes;
          expect(usage - bytes).toBeLessThan(limit);
        }
      }),
    );
  });
});

test('every profile admits anything into an empty window that is not too large for it', () => {
  fc.assert(
    fc.property(ADMISSION, (wanted) => {
      const alone = { ...wanted, usage: 0 };
      for (const profile of Object.values(PROFILES))
        expect(fits(alone, profile)).toBe(!isTooLarge(alone, profile));
    }),
  );
});
