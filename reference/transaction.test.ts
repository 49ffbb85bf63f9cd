import { describe, expect, test, vi } from 'vitest';
import { Connection } from './connection.ts';
import { arrivals, fast, open, outcomes, play, safe, settle, watch } from './fixture.ts';

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
  test.each([
    ['ack m1', 'begin t1, m1, commit t1; usage 0; commit pending'],
    ['ack t1', 'begin t1, m1, commit t1; usage 0'],
  ])('TXN-1: blocks until it is acked: %s', (ack, came) =>
    play(`begin, sync m1 10, commit, ${ack}`, came),
  );

  test.each([
    ['m1', 'begin t1, m1, m2; usage 10; m3 pending; commit pending; after pending'],
    ['m2', 'begin t1, m1, m2, m3, commit t1; usage 10; commit pending; after pending'],
    ['m3', 'begin t1, m1, m2, m3, commit t1, after; usage 10; commit pending'],
  ])(
    'TXN-2: waits until its waiting sends are out, and goes before later ones: ack %s',
    (last, came) => {
      const acks = ['m1', 'm2', 'm3'].filter((id) => id <= last).map((id) => `, settle, ack ${id}`);
      return play(`window 10: begin, m1 10, m2 10, m3 10, commit, after 10${acks.join('')}`, came);
    },
  );

  test('TXN-2: waits no longer for a send that was interrupted', () =>
    play(
      'window 10: begin, m1 10, m2 10, commit, abort m2',
      'begin t1, m1, commit t1; usage 10; m2 interrupted; commit pending',
    ));

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
    await expect(session.commit()).rejects.toMatchObject({ kind: 'illegal-state' });
    await expect(session.rollback()).rejects.toMatchObject({ kind: 'illegal-state' });
    await session.begin();
    await expect(session.begin()).rejects.toMatchObject({ kind: 'illegal-state' });
    expect(arrivals(broker)).toBe('begin t1');
  });
});

describe('rollback', () => {
  test('TXN-4: fails all its waiting sends, and none of them slips out', () =>
    play(
      'window 10: begin, m1 8, m2 9, m3 1, rollback',
      'begin t1, m1, rollback t1; usage 8; m2 other; m3 other; rollback pending',
    ));

  test('TXN-7: returns once it is answered', () =>
    play('begin, m1 8, rollback, ack t1', 'begin t1, m1, rollback t1; usage 0'));

  test("WIN-10: a send that was rolled back stands in nobody's way", () =>
    play(
      'window 10: full 8, begin, inside 9, rollback, behind 2',
      'full, begin t1, rollback t1, behind; usage 10; inside other; rollback pending',
    ));

  test('TXN-4: it fails its own waiting sends, and none that a commit waits for', () =>
    play(
      'window 10: full 8, begin, m1 9, commit, begin, m2 9, rollback, m3 1, ack full',
      'full, begin t1, begin t2, rollback t2, m1, commit t1, m3; usage 10; ' +
        'commit pending; m2 other; rollback pending',
    ));

  test('it reaches the waiting sends of every producer of the session', async () => {
    const { producer, session } = open({ windowSize: 10, transacted: true });
    const other = session.createProducer('invoices');
    void producer.send(fast('m1', 10));
    void other.send(fast('m2', 10));
    const waiting = [watch(producer.send(fast('m3', 1))), watch(other.send(fast('m4', 1)))];
    void session.rollback();
    await settle();
    expect(waiting.map(({ error }) => error)).toEqual([
      expect.objectContaining({ kind: 'other' }),
      expect.objectContaining({ kind: 'other' }),
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
