import { describe, expect, test, vi } from 'vitest';
import { Connection } from './connection.ts';
import { IllegalStateError, TransactionRolledBackError } from './errors.ts';
import { arrivals, fast, open, outcomes, safe, settle, watch } from './fixture.ts';

describe('a transacted session', () => {
  test('ASY-2: begins with the first send, and no send waits for an answer', async () => {
    const { broker, producer } = open({ transacted: true });
    expect(arrivals(broker)).toBe('');
    const sends = [watch(producer.send(safe('m1'))), watch(producer.send(safe('m2')))];
    expect(await outcomes(...sends)).toBe('returned, returned');
    expect(arrivals(broker)).toBe('begin t1, m1, m2');
    expect(broker.received[1]).toMatchObject({ transaction: 't1' });
  });

  test('TXN-3: after commit the next send begins another', async () => {
    const { broker, producer, session } = open({ transacted: true });
    void producer.send(safe('m1'));
    void session.commit();
    void producer.send(safe('m2'));
    expect(arrivals(broker)).toBe('begin t1, m1, commit t1, begin t2, m2');
  });

  test('a send that fails its checks begins nothing', async () => {
    const { broker, producer } = open({ transacted: true, windowSize: 10 });
    const failures = [
      watch(producer.send(safe('m1', 10, { destination: null }))),
      watch(producer.send(safe('m2', 11))),
    ];
    expect(await outcomes(...failures)).toBe('invalid-destination, too-large');
    expect(arrivals(broker)).toBe('');
  });
});

describe('commit', () => {
  test('TXN-1: blocks until it is acked', async () => {
    const { broker, producer, session } = open();
    void session.begin();
    void producer.send(safe('m1'));
    const commit = watch(session.commit());
    broker.release('m1');
    expect(await outcomes(commit)).toBe('pending');
    broker.release('t1');
    expect(await outcomes(commit)).toBe('returned');
  });

  test('TXN-2: waits until its waiting sends are out, and goes before later ones', async () => {
    const { broker, producer, release, session } = open({ windowSize: 10 });
    void session.begin();
    for (const id of ['m1', 'm2', 'm3']) void producer.send(fast(id, 10));
    const commit = watch(session.commit());
    void producer.send(fast('after', 10));
    expect(arrivals(broker)).toBe('begin t1, m1');
    await release('m1');
    expect(arrivals(broker)).toBe('begin t1, m1, m2');
    await release('m2');
    expect(arrivals(broker)).toBe('begin t1, m1, m2, m3, commit t1');
    await release();
    expect(arrivals(broker)).toBe('begin t1, m1, m2, m3, commit t1, after');
    expect(broker.received.at(-1)).not.toHaveProperty('transaction');
    expect(await outcomes(commit)).toBe('returned');
  });

  test('TXN-2: waits no longer for a send that was interrupted', async () => {
    const { broker, producer, session } = open({ windowSize: 10 });
    const controller = new AbortController();
    void session.begin();
    void producer.send(fast('m1', 10));
    const waiting = watch(producer.send(fast('m2', 10), { signal: controller.signal }));
    void session.commit();
    controller.abort();
    expect(await outcomes(waiting)).toBe('interrupted');
    expect(arrivals(broker)).toBe('begin t1, m1, commit t1');
  });

  test('TXN-2: a send belongs to the transaction that was open when it was made', async () => {
    const { broker, producer, release, session } = open({ windowSize: 10 });
    void producer.send(fast('m1', 10));
    void producer.send(fast('outside', 5));
    void session.begin();
    void producer.send(fast('inside', 5));
    await release('m1');
    const [outside, inside] = broker.received.slice(-2);
    expect(outside).not.toHaveProperty('transaction');
    expect(inside).toHaveProperty('transaction', 't1');
  });

  test('TXN-5: a refused commit throws, and the transaction is over (TXN-3)', async () => {
    const { broker, producer, session } = open();
    broker.release();
    broker.refuse(({ type }) => type === 'commit', 'deadlock');
    await session.begin();
    await producer.send(safe('m1'));
    await expect(session.commit()).rejects.toThrow('The broker refused the commit: deadlock');
    await producer.send(safe('m2'));
    expect(broker.messages.map(({ id }) => id)).toEqual(['m2']);
  });

  test('a commit fails with the refusal of its begin, and is not sent', async () => {
    const { broker, producer, session } = open();
    void session.begin();
    void producer.send(safe('m1'));
    broker.refuse('t1', 'not authorised');
    await settle();
    await expect(session.commit()).rejects.toThrow('refused the begin of the transaction');
    expect(arrivals(broker)).toBe('begin t1, m1');
  });

  test('TXN-6: outside a transaction commit and rollback fail and send nothing', async () => {
    const { broker, session } = open();
    await expect(session.commit()).rejects.toThrow(IllegalStateError);
    await expect(session.rollback()).rejects.toThrow(IllegalStateError);
    await session.begin();
    await expect(session.begin()).rejects.toThrow(IllegalStateError);
    expect(arrivals(broker)).toBe('begin t1');
  });
});

describe('rollback', () => {
  test('TXN-4: fails all its waiting sends, and none of them slips out', async () => {
    const { broker, producer, session } = open({ windowSize: 10 });
    void session.begin();
    void producer.send(fast('m1', 8));
    const waiting = [watch(producer.send(fast('m2', 9))), watch(producer.send(fast('m3', 1)))];
    const rollback = watch(session.rollback());
    await settle();
    expect(waiting.map(({ error }) => error)).toEqual([
      expect.any(TransactionRolledBackError),
      expect.any(TransactionRolledBackError),
    ]);
    expect(arrivals(broker)).toBe('begin t1, m1, rollback t1');
    expect(await outcomes(rollback)).toBe('pending');
    broker.release();
    expect(await outcomes(rollback)).toBe('returned');
    expect(producer.windowUsage()).toBe(0);
  });

  test("WIN-10: a send that was rolled back stands in nobody's way", async () => {
    const { broker, producer, session } = open({ windowSize: 10 });
    const other = watch(producer.send(fast('full', 8)));
    void session.begin();
    const inside = watch(producer.send(fast('inside', 9)));
    const rollback = watch(session.rollback());
    const behind = watch(producer.send(fast('behind', 2)));
    expect(await outcomes(other, inside, behind)).toBe('returned, other, returned');
    expect(arrivals(broker)).toBe('full, begin t1, rollback t1, behind');
    expect(await outcomes(rollback)).toBe('pending');
  });

  test('TXN-4: it fails its own waiting sends, and none that a commit waits for', async () => {
    const { broker, producer, release, session } = open({ windowSize: 10 });
    void producer.send(fast('full', 8));
    void session.begin();
    const first = { send: watch(producer.send(fast('m1', 9))), commit: watch(session.commit()) };
    void session.begin();
    const second = watch(producer.send(fast('m2', 9)));
    void session.rollback();
    const outside = watch(producer.send(fast('m3', 1)));
    expect(await outcomes(first.send, second, outside)).toBe('pending, other, pending');
    await release('full');
    expect(arrivals(broker)).toBe('full, begin t1, begin t2, rollback t2, m1, commit t1, m3');
    expect(first.commit.outcome).toBe('pending');
  });

  test('it reaches the waiting sends of every producer of the session', async () => {
    const { producer, session } = open({ windowSize: 10, transacted: true });
    const other = session.createProducer('invoices');
    void producer.send(fast('m1', 10));
    void other.send(fast('m2', 10));
    const waiting = [watch(producer.send(fast('m3', 1))), watch(other.send(fast('m4', 1)))];
    void session.rollback();
    await settle();
    expect(waiting.map(({ error }) => error)).toEqual([
      expect.any(TransactionRolledBackError),
      expect.any(TransactionRolledBackError),
    ]);
  });
});

test('begin does not wait for its answer, and its refusal crashes nothing', async () => {
  const { broker, connection, session } = open();
  connection.onAsyncError = vi.fn();
  await session.begin();
  broker.refuse('t1');
  await settle();
  await expect(session.rollback()).rejects.toThrow('refused the begin');
});

test('connections that share a transport do not share transaction ids', async () => {
  const { broker, session } = open();
  const other = new Connection(broker).createSession();
  void session.begin();
  void other.begin();
  expect(arrivals(broker)).toBe('begin t1, begin t2');
});
