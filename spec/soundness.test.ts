// Soundness: a conforming producer is never accused, however odd its habits. The odd producers are
// written from the design alone, so what is tested here is that the ledger and the rules mean the same.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE, findRule } from './catalogue.ts';
import { check, Judge } from './check.ts';
import { oddHistory, type View } from './examples/odd-application.ts';
import { HistoryError, type History, type HistoryEvent } from './events/history.ts';
import type { Call } from './model/calls.ts';
import { CAPABILITIES, type Capability } from './events/settings.ts';
import { PROFILES, STRICT, type ProfileName } from './model/profile.ts';
import type { About, RuleId } from './rule.ts';
import { excludingChoice } from './verdict.ts';

const NUMBERS = fc.nat({ max: 5039 });
const SCENARIOS = fc.array(NUMBERS, { minLength: 20, maxLength: 500, size: 'max' });

const CASES: readonly [ProfileName, View][] = [
  ['strict', 'packets'],
  ['strict', 'calls'],
  ['activemq-classic', 'packets'],
  ['activemq-classic', 'calls'],
];

describe.each(CASES)('a conforming producer with odd habits, %s, seen by its %s', (name, view) => {
  const profile = PROFILES[name];

  test('breaks no rule', () => {
    fc.assert(
      fc.property(SCENARIOS, (scenario) => {
        const results = check(profile, oddHistory(scenario, profile, view));
        expect(results.flatMap(({ breach }) => breach ?? [])).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test('is put to every rule that applies', () => {
    const asked = new Set<string>();
    for (const scenario of fc.sample(SCENARIOS, { numRuns: 350, seed: 3 })) {
      for (const { id, verdict } of check(profile, oddHistory(scenario, profile, view))) {
        if (verdict === 'satisfied' || verdict === 'not-applicable') asked.add(id);
      }
    }
    expect(CATALOGUE.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([]);
  });
});

/** The diagnoses, which never break in the law; and rules that take more than one wrong event to break. */
const UNBROKEN = new Set<RuleId>([
  ...([
    'WIN-7',
    'WIN-9',
    'WIN-10',
    'WIN-11',
    'WIN-12',
    'SYN-7',
    'CMP-5',
    'LIF-6',
    'ISO-1',
  ] as const),
  ...(['WIN-1', 'WIN-2', 'SYN-3', 'ASY-6', 'ORD-1', 'ORD-6', 'TXN-1', 'TXN-3', 'TXN-4'] as const),
  ...(['TXN-5', 'ERR-3'] as const),
]);

/** The odd producer claims no more than what the notes ask for. */
const NOTES = new Set<Capability>(CAPABILITIES);

const DISTORTIONS = ['drop', 'repeat', 'delay', 'hasten', 'falsify'] as const;

/** A history that may be unlawful, or impossible: one event is missing, doubled, too late, too early, or untrue. */
function distort(events: History, at: number, how: (typeof DISTORTIONS)[number]): History {
  const place = 1 + (at % (events.length - 1));
  const event = events.slice(place, place + 1);
  const before = events.slice(0, place);
  const after = events.slice(place + 1);
  switch (how) {
    case 'drop':
      return [...before, ...after];
    case 'repeat':
      return [...before, ...event, ...event, ...after];
    case 'delay':
      return [...before, ...after.slice(0, 2), ...event, ...after.slice(2)];
    case 'hasten':
      return [
        ...before.slice(0, 1),
        ...before.slice(1, -2),
        ...event,
        ...before.slice(1).slice(-2),
        ...after,
      ];
    case 'falsify':
      return [...before, ...event.map(falsified), ...after];
  }
}

function falsified(event: HistoryEvent): HistoryEvent {
  switch (event.event) {
    case 'return':
      return { event: 'throw', op: event.op, error: { kind: 'other', message: 'made up' } };
    case 'throw':
      return { event: 'return', op: event.op };
    case 'usage':
      return { ...event, bytes: event.bytes + 1 };
    case 'leftovers':
      return { ...event, timers: 1 };
    case 'complete':
      return { event: 'complete', op: event.op, inside: true };
    case 'receive': {
      const { packet } = event;
      if (packet.type !== 'message') return event;
      return { ...event, packet: { ...packet, message: { ...packet.message, priority: 9 } } };
    }
    default:
      return event;
  }
}

/** Judged up to its first broken turn, or as far as it is possible. */
function judged(events: History): Judge {
  const judge = new Judge(STRICT);
  try {
    for (const event of events) {
      if (judge.isOver) break;
      judge.next(event);
    }
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
  }
  return judge;
}

/** What a call is to `Rule.about`. */
function kindOf(call: Call): About {
  if (call.action === 'close' || call.action === 'flush') return call.action;
  if (call.action !== 'send') return 'transaction';
  return call.rejection ? 'rejected' : call.row;
}

describe('distorted histories', () => {
  const judges: Judge[] = [];

  beforeAll(() => {
    const scenarios = fc.array(NUMBERS, { minLength: 20, maxLength: 150, size: 'max' });
    for (const scenario of fc.sample(scenarios, { numRuns: 300, seed: 1 })) {
      const events = oddHistory(scenario, STRICT, 'packets');
      for (const how of DISTORTIONS)
        for (const at of scenario.slice(0, 4)) judges.push(judged(distort(events, at, how)));
    }
  });

  test('a rule accuses only calls that it is about', () => {
    const strangers = judges.flatMap(({ breaches, ledger }) =>
      breaches.filter(({ rule, op }) => {
        const call = op === undefined ? undefined : ledger?.callOf(op);
        const about = findRule(rule)?.about;
        return call && about && !about.includes(kindOf(call));
      }),
    );
    expect(strangers).toEqual([]);
  });

  test('are accused of most that can be broken: what accuses nobody proves nothing', () => {
    const found = new Set(judges.flatMap(({ breaches }) => breaches.map(({ rule }) => rule)));
    const asked = CATALOGUE.filter(
      (rule) =>
        !rule.reconnects &&
        rule.needs.every((need) => NOTES.has(need)) &&
        !excludingChoice(rule, STRICT),
    );
    const rest = asked.map(({ id }) => id).filter((id) => !found.has(id));
    expect(rest).toEqual(asked.map(({ id }) => id).filter((id) => UNBROKEN.has(id)));
  });
});
