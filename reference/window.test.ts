import { expect, test } from 'vitest';
import { arrivals, fast, open, outcomes, safe, settle, watch } from './fixture.ts';
import { MessageTooLargeError } from './errors.ts';
import { ProducerWindow, type Applicant } from './window.ts';

test('WIN-1, WIN-2: a send that does not fit waits, and usage stays within the limit', async () => {
  const { broker, producer } = open({ windowSize: 25 });
  const sends = ['m1', 'm2', 'm3'].map((id) => watch(producer.send(fast(id))));
  expect(await outcomes(...sends)).toBe('returned, returned, pending');
  expect(producer.windowUsage()).toBe(20);
  expect(arrivals(broker)).toBe('m1, m2');
});

test('WIN-1: sends made in one turn do not see the same free space', () => {
  const { producer } = open({ windowSize: 10 });
  for (const id of ['m1', 'm2', 'm3']) void producer.send(fast(id));
  expect(producer.windowUsage()).toBe(10);
});

test('WIN-2: an exact fit is admitted, one byte more waits', async () => {
  const { producer } = open({ windowSize: 20 });
  void producer.send(fast('m1', 10));
  const exact = watch(producer.send(fast('m2', 10)));
  const more = watch(producer.send(fast('m3', 1)));
  expect(await outcomes(exact, more)).toBe('returned, pending');
});

test('WIN-3: one acknowledgement lets in as many as then fit, in the same turn', async () => {
  const { broker, producer } = open({ windowSize: 30 });
  void producer.send(fast('big', 30));
  const waiting = ['m1', 'm2', 'm3', 'm4'].map((id) => watch(producer.send(fast(id, 10))));
  broker.release('big');
  expect(await outcomes(...waiting)).toBe('returned, returned, returned, pending');
  expect(producer.windowUsage()).toBe(30);
});

test('WIN-3: two acknowledgements in one turn both count', async () => {
  const { broker, producer } = open({ windowSize: 20 });
  void producer.send(fast('m1'));
  void producer.send(fast('m2'));
  const large = watch(producer.send(fast('m3', 15)));
  broker.release('m1');
  broker.release('m2');
  expect(await outcomes(large)).toBe('returned');
  expect(producer.windowUsage()).toBe(15);
});

test('WIN-3, ORD-2: a send made between an ack and its effect takes its turn', async () => {
  const { broker, producer } = open({ windowSize: 10 });
  void producer.send(fast('m1'));
  void producer.send(fast('m2'));
  broker.release('m1');
  void producer.send(fast('m3', 0));
  await settle();
  expect(arrivals(broker)).toBe('m1, m2, m3');
});

test('WIN-5: a small send does not overtake a large one that waits', async () => {
  const { broker, producer, release } = open({ windowSize: 20 });
  void producer.send(fast('m1', 10));
  const large = watch(producer.send(fast('large', 20)));
  const small = watch(producer.send(fast('small', 1)));
  expect(await outcomes(large, small)).toBe('pending, pending');
  await release('m1');
  expect(arrivals(broker)).toBe('m1, large');
  await release('large');
  expect(arrivals(broker)).toBe('m1, large, small');
});

test('WIN-5: nor when the space that was freed is enough for the small one only', async () => {
  const { broker, producer, release } = open({ windowSize: 10 });
  for (const [id, size] of [
    ['m1', 5],
    ['m2', 5],
    ['large', 8],
    ['small', 2],
  ] as const) {
    void producer.send(fast(id, size));
  }
  await release('m1');
  expect(arrivals(broker)).toBe('m1, m2');
  expect(producer.windowUsage()).toBe(5);
});

test('WIN-5: no sync send overtakes either, although it takes no space', async () => {
  const { broker, producer, release } = open({ windowSize: 20 });
  void producer.send(fast('m1', 10));
  void producer.send(fast('m2', 20));
  void producer.send(safe('sync'));
  await settle();
  expect(arrivals(broker)).toBe('m1');
  await release('m1');
  await release('m2');
  expect(arrivals(broker)).toBe('m1, m2, sync');
});

test('WIN-6: a charged send larger than the window fails at once; others wait', async () => {
  const { broker, producer } = open({ windowSize: 10 });
  void producer.send(fast('m1'));
  void producer.send(fast('m2'));
  const large = watch(producer.send(fast('large', 11)));
  await settle();
  expect(large.error).toBeInstanceOf(MessageTooLargeError);
  expect(arrivals(broker)).toBe('m1');
});

test('WIN-6, WIN-7: a sync send may be larger than the window, and takes no space', async () => {
  const { broker, producer } = open({ windowSize: 10 });
  void producer.send(safe('sync', 1000));
  expect(producer.windowUsage()).toBe(0);
  const whole = watch(producer.send(fast('whole', 10)));
  expect(await outcomes(whole)).toBe('returned');
  expect(arrivals(broker)).toBe('sync, whole');
});

test('a sync send waits while the window is full, and only then', async () => {
  const { broker, producer, release } = open({ windowSize: 10 });
  void producer.send(fast('m1', 9));
  void producer.send(safe('s1'));
  expect(arrivals(broker)).toBe('m1, s1');
  void producer.send(fast('m2', 1));
  void producer.send(safe('s2'));
  expect(arrivals(broker)).toBe('m1, s1, m2');
  await release('m2');
  expect(arrivals(broker)).toBe('m1, s1, m2, s2');
});

test('WIN-8: without a window nothing waits for space', async () => {
  const { broker, producer } = open();
  for (let n = 1; n <= 50; n += 1) void producer.send(fast(`m${n}`, 2 ** 31));
  expect(broker.received).toHaveLength(50);
  expect(producer.windowUsage()).toBe(50 * 2 ** 31);
});

test('WIN-9: a refused message gives its space back, to all who then fit', async () => {
  const { broker, producer } = open({ windowSize: 20 });
  void producer.send(fast('m1', 20));
  const waiting = [watch(producer.send(fast('m2'))), watch(producer.send(fast('m3')))];
  broker.refuse('m1');
  expect(await outcomes(...waiting)).toBe('returned, returned');
  expect(producer.windowUsage()).toBe(20);
});

test('WIN-12: a send of no bytes fits a full window, but not past one that waits', async () => {
  const { broker, producer } = open({ windowSize: 10 });
  void producer.send(fast('m1', 10));
  void producer.send(fast('zero', 0));
  expect(arrivals(broker)).toBe('m1, zero');
  void producer.send(fast('m2', 1));
  void producer.send(fast('late', 0));
  expect(arrivals(broker)).toBe('m1, zero');
});

test('WIN-12: sizes above 2^31 are counted exactly', async () => {
  const size = 3 * 2 ** 30;
  const { producer, release } = open({ windowSize: 2 * size });
  void producer.send(fast('m1', size));
  void producer.send(fast('m2', size));
  const third = watch(producer.send(fast('m3', 1)));
  await settle();
  expect(producer.windowUsage()).toBe(6442450944);
  expect(await outcomes(third)).toBe('pending');
  await release('m1');
  expect(producer.windowUsage()).toBe(size + 1);
});

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
