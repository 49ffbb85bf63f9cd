import { describe, expect, test } from 'vitest';
import { excludingChoice, missingFor, type RuleResult } from './verdict.ts';
import { CATALOGUE, findRule } from './catalogue.ts';
import { check, Judge } from './check.ts';
import {
  BEGUN,
  FULL_WINDOW,
  PERSISTENT,
  WINDOW_OF_10 as W10,
  ack,
  ackOf,
  advance,
  begin,
  close,
  commit,
  entered,
  fail,
  history,
  interrupt,
  lose,
  open,
  receive,
  receiveOf,
  refuse,
  report,
  ret,
  rollback,
  send,
  sent,
  settle,
  succeed,
  succeedAndThrow,
  usage,
  type Steps,
} from './examples/builder.ts';
import { HistoryError, type History, type HistoryEvent } from './events/history.ts';
import { ACTIVEMQ_CLASSIC, STRICT, type Profile } from './model/profile.ts';
import { broken, type Rule } from './rule.ts';
import { ALL_CAPABILITIES, CAPABILITIES, FURTHER_CAPABILITIES } from './events/settings.ts';

const resultOf = (results: readonly RuleResult[], id: string) =>
  results.find((result) => result.id === id);

/** Each broken rule with the line that broke it, in the order of the catalogue. */
const brokenBy = (events: History, profile: Profile = STRICT) =>
  check(profile, events).flatMap(({ breach }) =>
    breach ? [`${breach.rule} @ ${breach.line}`] : [],
  );

describe('an impossible history', () => {
  test.each(
    Object.entries<readonly Steps[]>({
      'settle before any open': [settle],
      'a return before any invoke': [open(), ret(1)],
      'a return of another operation': [open(), send(1, 'm1'), ret(2)],
      'a throw before any invoke': [open(), fail(1, 'other')],
      'a call that returned twice': [open(), send(1, 'm1'), ret(1), ret(1)],
      'a call that returned and then failed': [open(), send(1, 'm1'), ret(1), fail(1)],
      'an operation invoked twice': [open(), send(1, 'm1'), send(1, 'm2')],
      'a message sent twice by the application': [open(), send(1, 'm1'), send(2, 'm1')],
      'entered without invoke': [open(), entered(1)],
      'an interrupt of an unknown call': [open(), interrupt(1)],
      'a callback of an unknown call': [open(), succeed(1)],
      'a callback that was never given': [open(), send(1, 'm1'), succeed(1)],
      'a callback of close': [open(), close(1), succeed(1)],
      'an ack for an unknown message': [open(), ack('m1')],
      'an ack for what was never received': [open(), send(1, 'm1'), ack('m1')],
      'a refusal of what was never received': [open(), send(1, 'm1'), refuse('m1')],
      'an ack for an unknown transaction': [open(), ackOf('commit', 't1')],
      'an ack for a commit that was never invoked': [open(), BEGUN, ackOf('commit', 't1')],
      'an ack for a commit that was never received': [
        [open(), BEGUN, commit(2), ackOf('commit', 't1')],
      ],
      'an ack for a commit of what was rolled back': [
        [open(), BEGUN, rollback(2), receiveOf('rollback', 't1'), ackOf('commit', 't1')],
      ],
      'begin inside an open transaction': [open(), begin(1), begin(2)],
      'time that runs backwards': [open(), advance(0), advance(-1)],
      'time that is no number': [open(), advance(Number.NaN)],
      'a send without a message': [open(), { event: 'invoke', op: 1, action: 'send' }],
    }),
  )('%s is a HistoryError, at its last line', (_, steps) => {
    const events = history(...steps);
    const line = events.length;
    expect(() => check(STRICT, events.slice(0, -1))).not.toThrow();
    expect(() => check(STRICT, events)).toThrow(
      expect.objectContaining({
        name: 'HistoryError',
        code: 'impossible-history',
        line,
        message: expect.stringMatching(new RegExp(`^line ${line}: \\w.{10,}`)),
      }),
    );
  });

  test('a send before any open is one, at line 1', () => {
    expect(() => check(STRICT, history(send(1, 'm1'), open()))).toThrow(/^line 1: invoke before/);
  });

  test('the line may be given, for files with lines of other kinds', () => {
    const judge = new Judge(STRICT);
    judge.next(open(), 7);
    expect(() => judge.next(ret(1), 9)).toThrow('line 9: operation 1 was never invoked');
  });

  test('where packets are unseen an ack needs no receipt', () => {
    const steps = [send(1, 'm1', PERSISTENT), ack('m1'), ret(1)];
    expect(brokenBy(history(open({}, { observes: 'calls' }), ...steps))).toEqual([]);
  });

  test('an error report that names an unknown message is possible', () => {
    expect(() => check(STRICT, history(open(), report('m9')))).not.toThrow();
  });

  test('a late or repeated answer is possible', () => {
    const late = [settle, ack('m1'), refuse('m1'), settle];
    expect(brokenBy(history(open(), sent(1, 'm1'), ack('m1'), late))).toEqual([]);
  });
});

describe('many cases in one history', () => {
  const violation = [send(1, 'm1', PERSISTENT), ret(1)] as const;

  test('each open starts afresh: operations and messages may recur', () => {
    const one = history(open(), sent(1, 'm1'), settle);
    expect(resultOf(check(STRICT, [...one, ...one]), 'ASY-1')).toEqual({
      id: 'ASY-1',
      verdict: 'satisfied',
      exercised: 2,
    });
  });

  test('what was outstanding in one case is forgotten in the next', () => {
    const events = history(W10, sent(1, 'm1', { size: 10 }), W10);
    const next = history(sent(1, 'm1', { size: 10 }), settle);
    expect(brokenBy([...events, ...next])).toEqual([]);
    expect(() => check(STRICT, [...events, ack('m1')])).toThrow(HistoryError);
  });

  test('a breach is located in its case and in the whole, and the first one stands', () => {
    const events = history(open(), settle, open(), ...violation, open(), settle);
    const again = history(open(), ...violation);
    expect(resultOf(check(STRICT, [...events, ...again]), 'SYN-1')?.breach).toMatchObject({
      rule: 'SYN-1',
      op: 1,
      at: 2,
      line: 5,
    });
  });

  test('a breach ends its own case, and not the next', () => {
    const earlier = history(open(), ...violation);
    const later = history(open(), send(1, 'm1'), receive('m1'), settle);
    expect(brokenBy([...earlier, ...later])).toEqual(['SYN-1 @ 3', 'ASY-1 @ 7']);
  });

  test('the breaches of the current case are at hand', () => {
    const judge = new Judge(STRICT);
    for (const event of history(open(), ...violation)) judge.next(event);
    expect(judge.breaches.map(({ rule }) => rule)).toEqual(['SYN-1']);
    judge.next(open());
    expect(judge.breaches).toEqual([]);
    expect(resultOf(judge.results(), 'SYN-1')?.verdict).toBe('violated');
  });
});

describe('after a breach', () => {
  const early = [send(1, 'm1', PERSISTENT), ret(1)] as const;
  const rest = sent(2, 'm2');

  test('every breach is kept up to the end of the turn, once for each rule', () => {
    const more = [send(2, 'm2'), receive('m2'), receive('m2'), receive('m9'), settle] as const;
    expect(brokenBy(history(open(), early, more))).toEqual([
      'SYN-1 @ 3',
      'ASY-1 @ 8',
      'ORD-3 @ 6',
      'ORD-4 @ 8',
    ]);
  });

  test('the case is over at the settle point, and the rest of it is not judged', () => {
    const judge = new Judge(STRICT);
    const isOverAfter = (...steps: Steps[]) => {
      for (const event of history(...steps)) judge.next(event);
      return judge.isOver;
    };
    expect(isOverAfter(open(), settle)).toBe(false);
    expect(isOverAfter(early, rest)).toBe(false);
    expect(isOverAfter(settle)).toBe(true);
    const found = judge.breaches;
    expect(isOverAfter(send(3, 'm3'), settle)).toBe(true);
    expect(judge.breaches).toEqual(found);
    expect(isOverAfter(open())).toBe(false);
  });

  test('a rule is exercised in the rest of the turn, and not in the rest of the case', () => {
    const timesOf = (...steps: Steps[]) =>
      resultOf(check(STRICT, history(open(), ...steps)), 'ASY-1')?.exercised;
    expect(timesOf(rest)).toBe(1);
    expect(timesOf(early, rest)).toBe(1);
    expect(timesOf(early, settle, rest)).toBe(0);
  });

  test('a callback that throws breaks no rule and mutes none', () => {
    const thrown = [sent(1, 'm1', { completion: true }), settle, ack('m1'), succeedAndThrow(1)];
    const steps = [open(), thrown, send(2, 'm2', PERSISTENT), receive('m2'), ret(2), settle];
    const results = check(STRICT, history(...steps));
    expect(resultOf(results, 'SYN-1')?.verdict).toBe('violated');
    expect(resultOf(results, 'ORD-1')?.exercised).toBe(1);
    expect(resultOf(results, 'CMP-6')?.verdict).toBe('satisfied');
  });

  test('a return after a refusal breaks two rules, and each says so', () => {
    const steps = [open(), send(1, 'm1', PERSISTENT), receive('m1'), refuse('m1'), ret(1)];
    expect(brokenBy(history(...steps))).toEqual(['SYN-1 @ 5', 'SYN-5 @ 5']);
  });

  test('all rules see the event that breaks one', () => {
    const both: Rule[] = ['A-1', 'B-2'].map((name) => ruleThatBreaksAtSettle(name));
    expect(check(STRICT, history(open(), settle), both).map(({ verdict }) => verdict)).toEqual([
      'violated',
      'violated',
    ]);
  });
});

describe('a judge', () => {
  const judgeOf = (...steps: Steps[]) => {
    const judge = new Judge(STRICT);
    for (const event of history(...steps)) judge.next(event);
    return judge;
  };
  const waits = [settle, send(2, 'm2'), receive('m2'), settle] as const;

  test('forks into one that judges on by itself, and counts for itself', () => {
    const judge = judgeOf(open(), sent(1, 'm1'));
    const copy = judge.fork();
    for (const event of history(open(), sent(1, 'm1'), waits).slice(4)) copy.next(event);
    expect(copy.breaches).toEqual(judgeOf(open(), sent(1, 'm1'), waits).breaches);
    expect(copy.breaches.map(({ rule, line }) => `${rule} @ ${line}`)).toEqual(['ASY-1 @ 8']);
    expect(resultOf(copy.results(), 'ASY-1')?.exercised).toBe(1);
    expect([judge.breaches, judge.isOver]).toEqual([[], false]);
    expect(resultOf(judge.results(), 'ASY-1')?.exercised).toBe(1);
    expect(judge.ledger?.sendOf('m2')).toBeUndefined();
  });

  test('forks with the breaches found so far, and is over if the other is', () => {
    const over = judgeOf(open(), waits.slice(1)).fork();
    expect(over.isOver).toBe(true);
    expect(over.breaches).toHaveLength(1);
    for (const event of history(open(), usage(-1))) over.next(event);
    expect(over.isOver).toBe(false);
  });

  test('skips what was judged before: it is folded in, and no rule is asked', () => {
    const judge = judgeOf(open());
    for (const event of history(open(), sent(1, 'm1'), settle).slice(1)) judge.skip(event);
    expect(judge.results().every(({ exercised }) => exercised === 0)).toBe(true);
    judge.next(ack('m1'));
    expect(() => judge.next(ret(1))).toThrow('line 7: operation 1 ended twice');
  });
});

function ruleThatBreaksAtSettle(name: string): Rule {
  const like = findRule('SYN-1') as Rule;
  return { ...like, id: `SND-${name.length}`, judges: { settle: () => broken(name) } };
}

describe('a rule that was not put to the test', () => {
  test('is not exercised: red, not green', () => {
    expect(resultOf(check(STRICT, history(open(), settle)), 'SYN-1')).toEqual({
      id: 'SYN-1',
      verdict: 'not-exercised',
      exercised: 0,
    });
  });

  test('counts how often it was', () => {
    const calls = [1, 2, 3].map((op) => sent(op, `m${op}`));
    expect(resultOf(check(STRICT, history(open(), calls)), 'ASY-1')?.exercised).toBe(3);
  });

  test('every rule has a result, in the order of the catalogue', () => {
    expect(check(STRICT, []).map(({ id }) => id)).toEqual(CATALOGUE.map(({ id }) => id));
  });
});

const RESENDING = { resends: 'at-least-once' } as const;
const EVERYTHING = { supports: ALL_CAPABILITIES, ...RESENDING };

describe('a rule that does not apply', () => {
  /** Those that strict does not exclude. */
  const ASKED = CATALOGUE.filter((rule) => !excludingChoice(rule, STRICT));

  const notApplicable = (profile: Profile, first: HistoryEvent) =>
    check(profile, [first], ASKED).flatMap(({ id, verdict, missing }) =>
      verdict === 'not-applicable' ? [`${id}: ${missing}`] : [],
    );

  test.each(ALL_CAPABILITIES)('names the capability %s that is undeclared', (capability) => {
    const supports = ALL_CAPABILITIES.filter((one) => one !== capability);
    const needing = ASKED.filter(({ needs }) => needs.includes(capability));
    const expected = needing.map(({ id }) => `${id}: ${capability}`);
    expect(notApplicable(STRICT, open({}, { supports, ...RESENDING }))).toEqual(expected);
  });

  test('names the choice of the profile', () => {
    const all = open({}, EVERYTHING);
    expect(notApplicable(ACTIVEMQ_CLASSIC, all)).toEqual([
      'WIN-5: order: any',
      'WIN-6: oversized: like-any-other',
      'SYN-8: syncHoldsUp: its-session',
      'ORD-2: order: any',
      'TXN-4: transactionsBind: what-was-sent',
    ]);
  });

  test.each([
    ['packets', 'seesPackets', 'ORD-1', { observes: 'calls' }],
    ['in-process', 'inProcess', 'CMP-6', { concurrent: true }],
  ] as const)('names what cannot be seen: %s', (reason, needs, some, view) => {
    const expected = ASKED.filter((rule) => rule[needs]).map(({ id }) => `${id}: ${reason}`);
    const all = open({}, { ...EVERYTHING, ...view });
    expect(notApplicable(STRICT, all)).toEqual(expected);
    expect(expected).toContain(`${some}: ${reason}`);
  });

  test('a producer that declares all is judged on all', () => {
    expect(notApplicable(STRICT, open({}, EVERYTHING))).toEqual([]);
  });

  test('names the promise that is not made', () => {
    const expected = CATALOGUE.filter(({ reconnects }) => reconnects);
    const all = open({}, { supports: ALL_CAPABILITIES });
    expect(notApplicable(STRICT, all)).toEqual(expected.map(({ id }) => `${id}: resends`));
    expect(expected).toHaveLength(3);
  });

  test('a producer that says nothing is judged on all that the notes ask for', () => {
    const further = notApplicable(STRICT, open());
    expect(further).toEqual(notApplicable(STRICT, open({}, { supports: CAPABILITIES })));
    const needing = ASKED.filter(
      ({ needs, reconnects }) =>
        reconnects || FURTHER_CAPABILITIES.some((capability) => needs.includes(capability)),
    );
    expect(further.map((one) => one.split(':')[0])).toEqual(needing.map(({ id }) => id));
  });

  test('is not judged', () => {
    const events = [send(1, 'm1', { size: 11 }), receive('m1')];
    const supports = CAPABILITIES.filter((one) => one !== 'window');
    expect(brokenBy(history(W10, ...events))).toEqual(['WIN-6 @ 3']);
    expect(brokenBy(history(open({ windowSize: 10 }, { supports }), ...events))).toEqual([]);
  });

  test('the first reason is the profile, then the packets, then the first capability', () => {
    const under = { admits: ['what-fits'] } as const;
    const rule = { ...(findRule('DST-4') as Rule), under, seesPackets: true };
    expect(rule.needs).toEqual(['destinations', 'window']);
    const bare = { supports: [], observes: 'calls' } as const;
    expect(missingFor(rule, ACTIVEMQ_CLASSIC, bare)).toBe('admits: while-room-is-left');
    expect(missingFor(rule, STRICT, bare)).toBe('packets');
    expect(missingFor(rule, STRICT, { supports: [] })).toBe('destinations');
    expect(missingFor(rule, STRICT, { supports: ['destinations'] })).toBe('window');
    expect(missingFor(rule, STRICT, {})).toBeUndefined();
  });

  test('TXN-4 needs a window only where the history does not show what the broker received', () => {
    const rule = findRule('TXN-4') as Rule;
    const supports = ['transactions'] as const;
    expect(missingFor(rule, STRICT, { supports })).toBeUndefined();
    expect(missingFor(rule, STRICT, { supports, observes: 'calls' })).toBe('window');
  });
});

/** What strict and activemq-classic find broken, and in which line. */
type InProfiles = readonly [strict: string, classic: string, ...Steps[]];

describe('the two profiles', () => {
  const ofSize = (size: number) => ({ size, completion: true }) as const;
  const ten = { size: 10 };
  const failed = [send(1, 'm1'), interrupt(1), fail(1, 'interrupted')] as const;
  const overshot = [W10, sent(1, 'm1', { size: 6 }), sent(2, 'm2', { size: 6 })] as const;

  test.each(
    Object.entries<InProfiles>({
      'one sender overshoots once': ['WIN-1 @ 6', '', overshot],
      'each of several concurrent senders overshoots': [
        'WIN-1 @ 10, WIN-5 @ 9',
        '',
        [FULL_WINDOW, send(2, 'm2', ten), send(3, 'm3', ten), settle],
        [ack('m1'), receive('m3'), receive('m2'), ret(2), ret(3), settle],
      ],
      'a send goes into a window that was full before its call': [
        'WIN-1 @ 6',
        'WIN-1 @ 9',
        [overshot, send(3, 'm3'), receive('m3')],
      ],
      'a full window holds a send back': ['WIN-1 @ 6', '', overshot, send(3, 'm3'), settle],
      'a send waits on although there is room': [
        'WIN-1 @ 6',
        'WIN-3 @ 11',
        [overshot, send(3, 'm3'), settle, ack('m1'), settle],
      ],
      'a message is larger than the window': ['WIN-6 @ 3', '', W10, sent(1, 'm1', { size: 11 })],
      'completion sends exceed the limit': [
        'WIN-1 @ 6',
        '',
        [W10, sent(1, 'm1', ofSize(10)), sent(2, 'm2', ofSize(10))],
      ],
      'an async send queues behind a sync send': [
        'WIN-3 @ 5, SYN-8 @ 5',
        '',
        [W10, send(1, 'm1', PERSISTENT), receive('m1'), send(2, 'm2'), settle],
      ],
      'a message whose call had failed arrives on top of a full window': [
        'WIN-1 @ 7',
        '',
        [W10, failed, send(2, 'm2', ten), receive('m2'), receive('m1')],
      ],
      'a message whose call had failed arrives while there is room': [
        '',
        '',
        [W10, failed, receive('m1'), sent(2, 'm2', { size: 9 }), settle],
      ],
      'a sync send does not wait': [
        'SYN-1 @ 3',
        'SYN-1 @ 3',
        open(),
        send(1, 'm1', PERSISTENT),
        ret(1),
      ],
      'an async send waits': [
        'ASY-1 @ 4',
        'ASY-1 @ 4',
        open(),
        send(1, 'm1'),
        receive('m1'),
        settle,
      ],
      'a message is received twice': [
        'ORD-3 @ 4',
        'ORD-3 @ 4',
        [open(), send(1, 'm1'), receive('m1'), receive('m1')],
      ],
      'a call is pending after a loss': [
        'ERR-1 @ 4',
        'ERR-1 @ 4',
        [open(), send(1, 'm1', PERSISTENT), lose, settle],
      ],
    }),
  )('%s', (_, [strict, classic, ...steps]) => {
    const events = history(...steps);
    expect(brokenBy(events).join(', ')).toBe(strict);
    expect(brokenBy(events, ACTIVEMQ_CLASSIC).join(', ')).toBe(classic);
  });
});

describe('cases that declare different capabilities', () => {
  const without = [open({}, { supports: [] }), settle] as const;
  const within = [open(), settle] as const;

  test.each([
    ['last', [...within, ...without]],
    ['first', [...without, ...within]],
  ])(
    'are put to the rules of each: one that lacks some changes nothing, if it comes %s',
    (_, steps) => {
      const result = resultOf(check(STRICT, history(...steps)), 'TXN-1');
      expect(result?.verdict).toBe('not-exercised');
      expect(result?.missing).toBeUndefined();
    },
  );

  test('lack a capability only if all do, and give one reason in whatever order they come', () => {
    const other = [open({}, { supports: ['usage'] }), settle] as const;
    const reasonOf = (...steps: Steps[]) =>
      resultOf(check(STRICT, history(...steps)), 'WIN-4')?.missing;
    expect(reasonOf(...without, ...other)).toBe('window');
    expect(reasonOf(...other, ...without)).toBe('window');
  });
});
