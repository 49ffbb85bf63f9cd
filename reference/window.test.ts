import { expect, test } from 'vitest';
import { arrivals, fast, open, play, safe } from './fixture.ts';
import { ProducerWindow, type Applicant } from './window.ts';

test('WIN-1, WIN-2: a send that does not fit waits, and usage stays within the limit', () =>
  play('window 25: m1 10, m2 10, m3 10', 'm1, m2; usage 20; m3 pending'));

test('WIN-1: sends made in one turn do not see the same free space', () => {
  const { producer } = open({ windowSize: 10 });
  for (const id of ['m1', 'm2', 'm3']) void producer.send(fast(id));
  expect(producer.windowUsage()).toBe(10);
});

test('WIN-2: an exact fit is admitted, one byte more waits', () =>
  play('window 20: m1 10, m2 10, m3 1', 'm1, m2; usage 20; m3 pending'));

test('WIN-2: a sync send waits while the window is full, and only then', () =>
  play(
    'window 10: m1 9, sync s1 5, m2 1, sync s2 5',
    'm1, s1, m2; usage 10; s1 pending; s2 pending',
  ));

test('WIN-3: one acknowledgement lets in as many as then fit, in the same turn', () =>
  play(
    'window 30: big 30, m1 10, m2 10, m3 10, m4 10, ack big',
    'big, m1, m2, m3; usage 30; m4 pending',
  ));

test('WIN-3: two acknowledgements in one turn both count', () =>
  play('window 20: m1 10, m2 10, m3 15, ack m1, ack m2', 'm1, m2, m3; usage 15'));

test('WIN-3: a sync send goes out as soon as one byte is free', () =>
  play('window 10: m1 1, m2 9, sync s1 5, ack m1', 'm1, m2, s1; usage 9; s1 pending'));

test('WIN-3, ORD-2: a send made between an ack and its effect takes its turn', () =>
  play('window 10: m1 10, m2 10, ack m1, m3 0', 'm1, m2, m3; usage 10'));

test.each([
  ['ack m1', 'm1, large; usage 20; small pending'],
  ['ack m1, settle, ack large', 'm1, large, small; usage 1'],
])('WIN-5: a small send does not overtake a large one that waits: %s', (acks, came) =>
  play(`window 20: m1 10, large 20, small 1, ${acks}`, came),
);

test('WIN-5: nor when the space that was freed is enough for the small one only', () =>
  play(
    'window 10: m1 5, m2 5, large 8, small 2, ack m1',
    'm1, m2; usage 5; large pending; small pending',
  ));

test.each([
  ['', 'm1; usage 10; m2 pending; s1 pending'],
  [', ack m1, settle', 'm1, m2; usage 20; s1 pending'],
  [', ack m1, settle, ack m2', 'm1, m2, s1; usage 0; s1 pending'],
])('WIN-5: no sync send overtakes either, although it takes no space%s', (acks, came) =>
  play(`window 20: m1 10, m2 20, sync s1 10${acks}`, came),
);

test('WIN-6: a charged send larger than the window fails at once; others wait', () =>
  play('window 10: m1 10, m2 10, large 11', 'm1; usage 10; m2 pending; large too-large'));

test('WIN-6, WIN-7: a sync send may be larger than the window, and takes no space', () =>
  play('window 10: sync s1 1000, m1 10', 's1, m1; usage 10; s1 pending'));

test('WIN-8: without a window nothing waits for space', async () => {
  const { broker, producer } = open();
  for (let n = 1; n <= 50; n += 1) void producer.send(fast(`m${n}`, 2 ** 31));
  expect(broker.received).toHaveLength(50);
  expect(producer.windowUsage()).toBe(50 * 2 ** 31);
});

test('WIN-9: a refused message gives its space back, to all who then fit', () =>
  play('window 20: m1 20, m2 10, m3 10, refuse m1', 'm1, m2, m3; usage 20'));

test('WIN-12: a send of no bytes fits a full window, but not past one that waits', () =>
  play('window 10: m1 10, zero 0, m2 1, late 0', 'm1, zero; usage 10; m2 pending; late pending'));

test.each([
  ['', 'm1, m2; usage 6442450944; m3 pending'],
  [', settle, ack m1', 'm1, m2, m3; usage 3221225473'],
])('WIN-12: sizes above 2^31 are counted exactly%s', (ack, came) =>
  play(`window 6442450944: m1 3221225472, m2 3221225472, m3 1${ack}`, came),
);

test('WIN-7: a completion send takes space, because it returns before its acknowledgement', () => {
  const { producer } = open({ windowSize: 100 });
  void producer.send(safe('m1', 60), { onComplete: () => {} });
  expect(producer.windowUsage()).toBe(60);
});

test('each producer has a window of its own', () => {
  const { producer, session, broker } = open({ windowSize: 10 });
  const other = session.createProducer('invoices');
  void producer.send(fast('m1', 10));
  void other.send(fast('m2', 10));
  expect(arrivals(broker)).toBe('m1, m2');
});

interface Named extends Applicant {
  readonly name: string;
}

function applicant(name: string, size: number): Named {
  return { name, size, charged: true };
}

test('WIN-10, TXN-4: those behind move up when all of a kind are withdrawn, and not before', () => {
  const admitted: string[] = [];
  const window = new ProducerWindow<Named>(10, ({ name }) => {
    admitted.push(name);
  });
  expect(window.tryEnter(applicant('full', 8))).toBe(true);
  for (const [name, size] of [
    ['a1', 9],
    ['a2', 1],
    ['b1', 2],
    ['b2', 1],
  ] as const) {
    const waiting = applicant(name, size);
    expect(window.tryEnter(waiting)).toBe(false);
    window.wait(waiting);
  }
  const withdrawn = window.withdrawAll(({ name }) => name.startsWith('a'));
  expect(withdrawn.map(({ name }) => name)).toEqual(['a1', 'a2']);
  expect(admitted).toEqual(['b1']);
  expect(window.usage).toBe(10);
});
