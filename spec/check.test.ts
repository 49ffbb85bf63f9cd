import { describe, expect, test } from 'vitest';
import { CATALOGUE, findRule } from './catalogue.ts';
import { missingFor } from './applicability.ts';
import { check, Judge } from './check.ts';
import {
  ack,
  ackOf,
  advance,
  begin,
  close,
  commit,
  completeWith,
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
  settle,
  succeed,
  succeedAndThrow,
  usage,
  type Step,
} from './examples/builder.ts';
import { HistoryError, type History, type HistoryEvent } from './events/history.ts';
import { ACTIVEMQ_CLASSIC, STRICT, type Profile } from './model/profile.ts';
import { broken, type Rule } from './rule.ts';
import { CAPABILITIES } from './events/settings.ts';
import type { RuleResult } from './verdict.ts';

const W10 = open({ windowSize: 10 });
const persistent = { mode: 'persistent' } as const;

const resultOf = (results: readonly RuleResult[], id: string) =>
  results.find((result) => result.id === id);

const brokenBy = (events: History, profile: Profile = STRICT) =>
  check(profile, events).flatMap(({ breach }) =>
    breach ? [`${breach.rule} @ ${breach.line}`] : [],
  );

describe('an impossible history', () => {
  test.each<[what: string, line: number, steps: Step[]]>([
    ['settle before any open', 1, [settle]],
    ['a send before any open', 1, [send(1, 'm1'), open()]],
    ['return before any invoke', 2, [open(), ret(1)]],
    ['a return of another operation', 3, [open(), send(1, 'm1'), ret(2)]],
    ['a throw before any invoke', 2, [open(), fail(1, 'other')]],
    ['a call that returned twice', 4, [open(), send(1, 'm1'), ret(1), ret(1)]],
    ['a call that returned and then failed', 4, [open(), send(1, 'm1'), ret(1), fail(1)]],
    ['an operation invoked twice', 3, [open(), send(1, 'm1'), send(1, 'm2')]],
    ['a message sent twice by the application', 3, [open(), send(1, 'm1'), send(2, 'm1')]],
    ['entered without invoke', 2, [open(), entered(1)]],
    ['an interrupt of an unknown call', 2, [open(), interrupt(1)]],
    ['a callback of an unknown call', 2, [open(), succeed(1)]],
    ['a callback that was never given', 3, [open(), send(1, 'm1'), succeed(1)]],
    ['a callback of close', 3, [open(), close(1), succeed(1)]],
    ['an ack for an unknown message', 2, [open(), ack('m1')]],
    ['an ack for what was never received', 3, [open(), send(1, 'm1'), ack('m1')]],
    ['a refusal of what was never received', 3, [open(), send(1, 'm1'), refuse('m1')]],
    ['an ack for an unknown transaction', 2, [open(), ackOf('commit', 't1')]],
    [
      'an ack for a commit that was never invoked',
      4,
      [open(), begin(1), receiveOf('begin', 't1'), ackOf('commit', 't1')],
    ],
    [
      'an ack for a commit that was never received',
      5,
      [open(), begin(1), receiveOf('begin', 't1'), commit(2), ackOf('commit', 't1')],
    ],
    [
      'an ack for a commit of what was rolled back',
      6,
      [
        open(),
        begin(1),
        receiveOf('begin', 't1'),
        rollback(2),
        receiveOf('rollback', 't1'),
        ackOf('commit', 't1'),
      ],
    ],
    ['begin inside an open transaction', 3, [open(), begin(1), begin(2)]],
    ['time that runs backwards', 3, [open(), advance(0), advance(-1)]],
    ['time that is no number', 2, [open(), advance(Number.NaN)]],
    ['a send without a message', 2, [open(), { event: 'invoke', op: 1, action: 'send' }]],
  ])('%s is a HistoryError, at line %i', (_, line, steps) => {
    const events = history(...steps);
    let thrown: unknown;
    try {
      check(STRICT, events);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(HistoryError);
    const error = thrown as HistoryError;
    expect({ line: error.line, code: error.code }).toEqual({ line, code: 'impossible-history' });
    expect(error.message).toMatch(new RegExp(`^line ${line}: \\w.{10,}`));
  });

  test('everything before it is possible', () => {
    const events = history(open(), send(1, 'm1'), ret(1), ret(1));
    expect(() => check(STRICT, events.slice(0, -1))).not.toThrow();
    expect(() => check(STRICT, events)).toThrow('line 4: operation 1 ended twice');
  });

  test('the line may be given, for files with lines of other kinds', () => {
    const judge = new Judge(STRICT);
    judge.next(open(), 7);
    expect(() => judge.next(ret(1), 9)).toThrow('line 9: operation 1 was never invoked');
  });

  test('where packets are unseen an ack needs no receipt', () => {
    const steps = [send(1, 'm1', persistent), ack('m1'), ret(1)];
    expect(brokenBy(history(open({}, { observes: 'calls' }), ...steps))).toEqual([]);
  });

  test('an error report that names an unknown message is possible', () => {
    expect(() => check(STRICT, history(open(), report('m9')))).not.toThrow();
  });

  test('a late or repeated answer is possible', () => {
    const steps = [
      send(1, 'm1'),
      receive('m1'),
      ret(1),
      ack('m1'),
      settle,
      ack('m1'),
      refuse('m1'),
    ];
    expect(brokenBy(history(open(), ...steps, settle))).toEqual([]);
  });
});

describe('many cases in one history', () => {
  const violation = [send(1, 'm1', persistent), ret(1)] as const;

  test('each open starts afresh: operations and messages may recur', () => {
    const one = history(open(), send(1, 'm1'), receive('m1'), ret(1), settle);
    expect(resultOf(check(STRICT, [...one, ...one]), 'ASY-1')).toEqual({
      id: 'ASY-1',
      verdict: 'satisfied',
      exercised: 2,
    });
  });

  test('what was outstanding in one case is forgotten in the next', () => {
    const events = history(W10, send(1, 'm1', { size: 10 }), receive('m1'), ret(1), W10);
    const next = history(send(1, 'm1', { size: 10 }), receive('m1'), ret(1), settle);
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

  test('a case that one breach spoilt does not spoil the next', () => {
    const spoilt = history(open(), ...violation);
    const later = history(open(), send(1, 'm1'), receive('m1'), settle);
    expect(brokenBy([...spoilt, ...later])).toEqual(['SYN-1 @ 3', 'ASY-1 @ 7']);
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
  const early = [send(1, 'm1', persistent), ret(1)] as const;

  test('the rest of the case is not judged', () => {
    const events = history(open(), ...early, send(2, 'm2'), receive('m2'), settle);
    expect(brokenBy(events)).toEqual(['SYN-1 @ 3']);
  });

  test('a muted rule is not exercised either', () => {
    const rest = [send(2, 'm2'), receive('m2'), ret(2)] as const;
    expect(resultOf(check(STRICT, history(open(), ...rest)), 'ASY-1')?.exercised).toBe(1);
    expect(resultOf(check(STRICT, history(open(), ...early, ...rest)), 'ASY-1')?.exercised).toBe(0);
  });

  test('nor is any rule but CMP-6 once a callback has thrown, whether it holds or breaks', () => {
    const thrown = [
      [open(), send(1, 'm1', { completion: true }), receive('m1'), ret(1), settle],
      [ack('m1'), succeedAndThrow(1)],
    ] as const;
    const count = (rule: string, ...rest: Step[]) =>
      resultOf(check(STRICT, history(...thrown, rest)), rule)?.exercised;
    const [async, sync] = [send(2, 'm2'), send(3, 'm3', persistent)] as const;
    expect(count('ORD-1', async, receive('m2'), ret(2))).toBe(0);
    expect(count('SYN-1', sync, receive('m3'), ret(3))).toBe(0);
    expect(count('CMP-6', sync, receive('m3'), ret(3))).toBe(1);
  });

  test('a breach that is taken back is no violation, and one that is charged is', () => {
    const judge = new Judge(STRICT);
    for (const event of history(open(), ...early)) judge.next(event);
    const [breach] = judge.breaches;
    if (!breach) throw new Error('nothing was broken');
    judge.withdraw(breach);
    expect(resultOf(judge.results(), 'SYN-1')?.verdict).not.toBe('violated');
    judge.charge(breach);
    expect(resultOf(judge.results(), 'SYN-1')).toMatchObject({ verdict: 'violated', breach });
    const other = new Judge(STRICT, [findRule('SYN-2') as Rule]);
    other.charge(breach);
    expect(other.results()).toMatchObject([{ id: 'SYN-2', verdict: 'not-exercised' }]);
  });

  test('rules that stand by themselves are still judged', () => {
    const rest = [send(2, 'm2', { completion: true }), receive('m2'), completeWith(2), usage(-1)];
    const events = history(open({ windowSize: 10 }), ...early, ...rest);
    expect(brokenBy(events)).toEqual(
      ['WIN-4 @ 7', 'CMP-3 @ 6', 'SYN-1 @ 3'].toSorted((a, b) => orderOf(a) - orderOf(b)),
    );
  });

  test('a rule that stands by itself spoils nothing', () => {
    const events = history(W10, usage(-1), ...early);
    expect(brokenBy(events)).toEqual(['WIN-4 @ 2', 'SYN-1 @ 4']);
  });

  test('what may be the fault of either of two rules is held against neither, and ends the case', () => {
    const refused = [send(1, 'm1', persistent), receive('m1'), refuse('m1'), ret(1)];
    const late = [send(2, 'm2', persistent), ret(2)];
    expect(brokenBy(history(open(), ...refused, settle, ...late))).toEqual([]);
    expect(brokenBy(history(open(), ...late))).toEqual(['SYN-1 @ 3']);
  });

  test('all rules see the event that breaks one', () => {
    const both: Rule[] = ['A-1', 'B-2'].map((name) => ruleThatBreaksAtSettle(name));
    expect(check(STRICT, history(open(), settle), both).map(({ verdict }) => verdict)).toEqual([
      'violated',
      'violated',
    ]);
  });

  test('the rules that stand by themselves are those of the rule book', () => {
    const ids = CATALOGUE.filter(({ selfContained }) => selfContained).map(({ id }) => id);
    const book = ['WIN-4', 'ASY-5', 'CMP-1', 'CMP-2', 'CMP-3', 'CMP-4', 'ORD-5', 'ERR-3', 'ERR-5'];
    expect(ids.filter((id) => !id.startsWith('CMP')).toSorted()).toEqual(
      [...book.filter((id) => !id.startsWith('CMP')), 'LIF-3', 'DST-4'].toSorted(),
    );
    // CMP-5 speaks of how a send fares, which only a sound ledger knows.
    const others = CATALOGUE.filter(
      ({ id, selfContained }) => id.startsWith('CMP') && !selfContained,
    );
    expect(others.map(({ id }) => id)).toEqual(['CMP-5']);
  });
});

const orderOf = (text: string) => CATALOGUE.findIndex(({ id }) => text.startsWith(`${id} `));

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
    const calls = [1, 2, 3].flatMap((op) => [send(op, `m${op}`), receive(`m${op}`), ret(op)]);
    expect(resultOf(check(STRICT, history(open(), ...calls)), 'ASY-1')?.exercised).toBe(3);
  });

  test('every rule has a result, in the order of the catalogue', () => {
    expect(check(STRICT, []).map(({ id }) => id)).toEqual(CATALOGUE.map(({ id }) => id));
  });
});

describe('a rule that does not apply', () => {
  const notApplicable = (profile: Profile, first: HistoryEvent) =>
    check(profile, [first]).flatMap(({ id, verdict, missing }) =>
      verdict === 'not-applicable' ? [`${id}: ${missing}`] : [],
    );

  test.each(CAPABILITIES)('names the capability %s that is undeclared', (capability) => {
    const supports = CAPABILITIES.filter((one) => one !== capability);
    const needing = CATALOGUE.filter(({ needs }) => needs.includes(capability));
    const expected = needing.map(({ id }) => `${id}: ${capability}`);
    expect(notApplicable(STRICT, open({}, { supports }))).toEqual(expected);
  });

  test('names the profile', () => {
    const strictOnly = CATALOGUE.filter((rule) => rule.strictOnly).map(({ id }) => `${id}: strict`);
    expect(notApplicable(ACTIVEMQ_CLASSIC, open())).toEqual(strictOnly);
  });

  test('names the packets that were not seen', () => {
    const seeing = CATALOGUE.filter(({ seesPackets }) => seesPackets).map(
      ({ id }) => `${id}: packets`,
    );
    expect(notApplicable(STRICT, open({}, { observes: 'calls' }))).toEqual(seeing);
    expect(seeing).toEqual(expect.arrayContaining(['ORD-1: packets', 'ORD-3: packets']));
  });

  test('a producer that declares all, or says nothing, is judged on all', () => {
    expect(notApplicable(STRICT, open())).toEqual([]);
    expect(notApplicable(STRICT, open({}, { supports: CAPABILITIES }))).toEqual([]);
  });

  test('is not judged', () => {
    const events = [send(1, 'm1', { size: 11 }), receive('m1')];
    const supports = CAPABILITIES.filter((one) => one !== 'window');
    expect(brokenBy(history(W10, ...events))).toEqual(['WIN-6 @ 3']);
    expect(brokenBy(history(open({ windowSize: 10 }, { supports }), ...events))).toEqual([]);
  });

  test('the first reason is the profile, then the packets, then the first capability', () => {
    const rule: Rule = {
      ...(findRule('TXN-4') as Rule),
      seesPackets: true,
      needs: ['transactions', 'window'],
    };
    const bare = { supports: [], observes: 'calls' } as const;
    expect(missingFor(rule, ACTIVEMQ_CLASSIC, bare)).toBe('strict');
    expect(missingFor(rule, STRICT, bare)).toBe('packets');
    expect(missingFor(rule, STRICT, { supports: [] })).toBe('transactions');
    expect(missingFor(rule, STRICT, { supports: ['transactions'] })).toBe('window');
    expect(missingFor(rule, STRICT, {})).toBeUndefined();
  });
});

describe('what arrives although its call has failed', () => {
  const failed = [send(1, 'm1'), interrupt(1), fail(1, 'interrupted')];

  test('takes space: WIN-1 rejects it on top of a full window', () => {
    const rest = [send(2, 'm2', { size: 10 }), receive('m2'), receive('m1')];
    expect(brokenBy(history(W10, ...failed, ...rest))).toEqual(['WIN-1 @ 7']);
    expect(brokenBy(history(W10, ...failed, ...rest), ACTIVEMQ_CLASSIC)).toEqual([]);
  });

  test('is lawful while there is room', () => {
    const rest = [receive('m1'), send(2, 'm2', { size: 9 }), receive('m2'), ret(2), settle];
    expect(brokenBy(history(W10, ...failed, ...rest))).toEqual([]);
  });
});

describe('the two profiles', () => {
  const serial = history(
    [W10, send(1, 'm1', { size: 6 }), receive('m1'), ret(1)],
    [send(2, 'm2', { size: 6 }), receive('m2'), ret(2)],
  );
  const concurrent = history(
    [W10, send(1, 'm1', { size: 10 }), receive('m1'), ret(1)],
    [send(2, 'm2', { size: 10 }), send(3, 'm3', { size: 10 }), settle],
    [ack('m1'), receive('m3'), receive('m2'), ret(2), ret(3), settle],
  );

  test('one sender overshoots once: lawful under activemq-classic only', () => {
    expect(brokenBy(serial, ACTIVEMQ_CLASSIC)).toEqual([]);
    expect(brokenBy(serial)).toEqual(['WIN-1 @ 6']);
  });

  test('each of several concurrent senders overshoots: lawful under activemq-classic only', () => {
    expect(brokenBy(concurrent, ACTIVEMQ_CLASSIC)).toEqual([]);
    expect(brokenBy(concurrent)).toEqual(['WIN-5 @ 9']);
  });

  test('activemq-classic still rejects a send into a window that was full before its call', () => {
    const steps = [send(3, 'm3', { size: 1 }), receive('m3')];
    expect(brokenBy([...serial, ...history(...steps)], ACTIVEMQ_CLASSIC)).toEqual(['WIN-1 @ 9']);
  });

  test('activemq-classic still lets a full window hold back a send, and asks that it go out after', () => {
    const waits = [...serial, ...history(send(3, 'm3', { size: 1 }), settle)];
    expect(brokenBy(waits, ACTIVEMQ_CLASSIC)).toEqual([]);
    expect(brokenBy([...waits, ack('m1'), settle], ACTIVEMQ_CLASSIC)).toEqual(['WIN-3 @ 11']);
  });

  test('activemq-classic admits a message larger than the window', () => {
    const events = history(W10, send(1, 'm1', { size: 11 }), receive('m1'), ret(1), settle);
    expect(brokenBy(events, ACTIVEMQ_CLASSIC)).toEqual([]);
    expect(brokenBy(events)).toEqual(['WIN-6 @ 3']);
  });

  test('activemq-classic charges no completion sends', () => {
    const sends = [1, 2].flatMap((op) => [
      send(op, `m${op}`, { size: 10, completion: true }),
      receive(`m${op}`),
      ret(op),
    ]);
    expect(brokenBy(history(W10, ...sends), ACTIVEMQ_CLASSIC)).toEqual([]);
    expect(brokenBy(history(W10, ...sends))).toEqual(['WIN-1 @ 6']);
  });

  test('activemq-classic lets async sends queue behind a sync send', () => {
    const before = [W10, send(1, 'm1', persistent), receive('m1'), send(2, 'm2'), settle] as const;
    expect(brokenBy(history(...before), ACTIVEMQ_CLASSIC)).toEqual([]);
    expect(brokenBy(history(...before))).toEqual(['SYN-8 @ 5']);
  });

  test.each([
    ['a sync send that does not wait', [send(1, 'm1', persistent), ret(1)], 'SYN-1 @ 3'],
    ['an async send that waits', [send(1, 'm1'), receive('m1'), settle], 'ASY-1 @ 4'],
    ['a message received twice', [send(1, 'm1'), receive('m1'), receive('m1')], 'ORD-3 @ 4'],
    ['a call pending after a loss', [send(1, 'm1', persistent), lose, settle], 'ERR-1 @ 4'],
  ] satisfies [string, Step[], string][])('both reject %s', (_, steps, breach) => {
    expect(brokenBy(history(open(), ...steps))).toEqual([breach]);
    expect(brokenBy(history(open(), ...steps), ACTIVEMQ_CLASSIC)).toEqual([breach]);
  });
});

test('TXN-7 rejects a commit that fails for a refused message once the broker has committed', () => {
  const t1 = { transaction: 't1' };
  const sent = [
    begin(1),
    receiveOf('begin', 't1'),
    ret(1),
    send(2, 'm1'),
    receive('m1', t1),
    ret(2),
  ];
  const refused = [refuse('m1'), report('m1'), commit(3), receiveOf('commit', 't1')] as const;
  const late = [ackOf('commit', 't1'), fail(3, 'refused')] as const;
  expect(brokenBy(history(open(), ...sent, ...refused, ...late))).toEqual(['TXN-7 @ 13']);
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
    const reasonOf = (...steps: Step[]) =>
      resultOf(check(STRICT, history(...steps)), 'WIN-4')?.missing;
    expect(reasonOf(...without, ...other)).toBe('window');
    expect(reasonOf(...other, ...without)).toBe('window');
  });
});

describe('whoever stands behind a send that can only fail', () => {
  const W2 = open({ windowSize: 2, destination: null });
  const FULL = [W2, send(1, 'm1', { destination: 'a' }), receive('m1'), ret(1)];

  test('is not called stuck: WIN-6 alone is named for an oversized one that waits', () => {
    const oversized = send(1, 'm1', { size: 11 });
    expect(brokenBy(history(W10, oversized, send(2, 'm2'), settle))).toEqual(['WIN-6 @ 4']);
  });

  test('may be held up by it: its destination may be checked too late, or not at all', () => {
    const steps = [...FULL, settle, send(2, 'm2', { size: 2 }), send(3, 'm3', { size: 0 }), settle];
    expect(brokenBy(history(...steps))).toEqual([]);
    expect(brokenBy(history(W2, send(3, 'm3'), settle))).toEqual(['DST-1 @ 3']);
  });
});

test('DST-4 does not take for a late check what failed a send that was never checked', () => {
  const full = [W10, send(1, 'm1', { size: 10 }), receive('m1'), ret(1)] as const;
  const waits = [send(2, 'm2', { destination: null }), settle, interrupt(2)] as const;
  expect(brokenBy(history(...full, ...waits, fail(2, 'interrupted')))).toEqual([]);
  const late = fail(2, 'invalid-destination');
  expect(brokenBy(history(...full, ...waits, late))).toEqual(['DST-4 @ 8']);
});

test('WIN-1 leaves to others what returns from a closed producer and goes nowhere', () => {
  const full = [W10, send(1, 'm1', { size: 10 }), receive('m1'), ret(1), settle] as const;
  const closed = [close(2), send(3, 'm3', { size: 10 }), ret(2)] as const;
  expect(brokenBy(history(...full, ...closed, ret(3), settle))).toEqual(['ORD-4 @ 10']);
  expect(brokenBy(history(...full, ...closed, receive('m3')))).toContain('WIN-1 @ 9');
});

describe('what the exhaustive search of small histories brought to light', () => {
  test('WIN-5 rejects a failed send that arrives while an earlier one waits', () => {
    const m1 = send(1, 'm1', { size: 10 });
    const overtaken = [m1, send(2, 'm2', { size: 10 }), interrupt(2), fail(2, 'interrupted')];
    expect(brokenBy(history(W10, ...overtaken, receive('m2'), settle))).toEqual(['WIN-5 @ 7']);
    expect(brokenBy(history(W10, ...overtaken, receive('m1'), ret(1), settle))).toEqual([]);
  });

  test('TXN-2 rejects a message that is sent, or waits, after its commit returned', () => {
    const early = [begin(1), receiveOf('begin', 't1'), ret(1), send(2, 'm1'), commit(3), ret(3)];
    expect(brokenBy(history(open(), ...early, receive('m1', { transaction: 't1' })))).toEqual([
      'TXN-2 @ 8',
    ]);
    expect(brokenBy(history(open(), ...early, settle))).toEqual(['TXN-2 @ 8']);
  });
});
