import { afterEach, expect, test, vi } from 'vitest';
import { Connection } from './connection.ts';
import { arrivals, fast, outcomes, safe, settle, watch } from './fixture.ts';
import { InMemoryBroker } from './in-memory-broker.ts';

afterEach(() => void vi.useRealTimers());

function connect(broker: InMemoryBroker) {
  const session = new Connection(broker).createSession();
  return { session, producer: session.createProducer('orders') };
}

test('acknowledges at once, but never inside receive', async () => {
  const broker = new InMemoryBroker();
  const seen: string[] = [];
  const answer = broker.receive({ type: 'message', message: fast('m1') });
  void answer.then(() => seen.push('acked'));
  seen.push('returned');
  await settle();
  expect(seen).toEqual(['returned', 'acked']);
  expect(broker.messages).toEqual([fast('m1')]);
});

test('holds answers until they are released, one by one or all', async () => {
  const broker = new InMemoryBroker();
  broker.hold();
  const { producer } = connect(broker);
  const sends = ['m1', 'm2', 'm3'].map((id) => watch(producer.send(safe(id))));
  expect(broker.unanswered).toHaveLength(3);
  expect(broker.messages).toEqual([]);
  broker.release('m2');
  expect(await outcomes(...sends)).toBe('pending, returned, pending');
  broker.release();
  expect(await outcomes(...sends)).toBe('returned, returned, returned');
  await producer.send(safe('m4'));
  expect(broker.messages.map(({ id }) => id)).toEqual(['m2', 'm1', 'm3', 'm4']);
});

test('refuses by id or by predicate, what is held and what is yet to come', async () => {
  const broker = new InMemoryBroker();
  broker.hold();
  const { producer } = connect(broker);
  const held = watch(producer.send(safe('m1')));
  broker.refuse('m1', 'no');
  expect(await outcomes(held)).toBe('refused');
  broker.release();
  broker.refuse((packet) => packet.type === 'message' && packet.message.size > 50, 'too fat');
  await expect(producer.send(safe('m2', 51))).rejects.toThrow('too fat');
  await producer.send(safe('m3', 50));
  expect(broker.messages.map(({ id }) => id)).toEqual(['m3']);
});

test('delays its answers, in order; released ones come at once', async () => {
  vi.useFakeTimers();
  const broker = new InMemoryBroker();
  broker.delay(50);
  const { producer } = connect(broker);
  const sends = [watch(producer.send(safe('m1'))), watch(producer.send(safe('m2')))];
  broker.release('m2');
  await vi.advanceTimersByTimeAsync(49);
  expect(await outcomes(...sends)).toBe('pending, returned');
  await vi.advanceTimersByTimeAsync(1);
  expect(sends[0]?.outcome).toBe('returned');
  broker.delay(0);
  await producer.send(safe('m3'));
});

test('holding also stops answers that are under way', async () => {
  vi.useFakeTimers();
  const broker = new InMemoryBroker();
  broker.delay(50);
  const { producer } = connect(broker);
  const send = watch(producer.send(safe('m1')));
  broker.hold();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await outcomes(send)).toBe('pending');
  broker.release();
  expect(await outcomes(send)).toBe('returned');
});

test('loses the connection: nothing is answered or received any more', async () => {
  const broker = new InMemoryBroker();
  broker.hold();
  const answer = broker.receive({ type: 'message', message: fast('m1') });
  broker.lose();
  broker.lose();
  await expect(answer).rejects.toHaveProperty('name', 'ConnectionLost');
  expect(broker.lost.aborted).toBe(true);
  const late = broker.receive({ type: 'message', message: fast('m2') });
  await expect(late).rejects.toHaveProperty('name', 'ConnectionLost');
  expect(arrivals(broker)).toBe('m1');
  broker.release();
  expect(broker.messages).toEqual([]);
});

test('shows the messages of a transaction once it is committed, or never', async () => {
  const broker = new InMemoryBroker();
  const { producer, session } = connect(broker);
  await session.begin();
  await producer.send(safe('m1'));
  await producer.send(safe('m2'));
  expect(broker.messages).toEqual([]);
  await session.commit();
  expect(broker.messages.map(({ id }) => id)).toEqual(['m1', 'm2']);
  await session.begin();
  await producer.send(safe('m3'));
  await session.rollback();
  await producer.send(safe('m4'));
  expect(broker.messages.map(({ id }) => id)).toEqual(['m1', 'm2', 'm4']);
});

test("answers a transaction's packets in their order: begin, messages, end", async () => {
  const broker = new InMemoryBroker();
  broker.hold();
  const { producer, session } = connect(broker);
  void session.begin();
  void producer.send(safe('m1'));
  void producer.send(safe('m2'));
  void session.commit();
  broker.release('m1');
  expect(broker.unanswered).toMatchObject([{ message: { id: 'm2' } }, { type: 'commit' }]);
  broker.release(({ type }) => type === 'commit');
  expect(broker.unanswered).toEqual([]);
  expect(broker.messages.map(({ id }) => id)).toEqual(['m1', 'm2']);
});

test('a refused commit leaves nothing behind', async () => {
  const broker = new InMemoryBroker();
  const { producer, session } = connect(broker);
  broker.refuse(({ type }) => type === 'commit');
  await session.begin();
  await producer.send(safe('m1'));
  await expect(session.commit()).rejects.toThrow('refused the commit');
  expect(broker.messages).toEqual([]);
  const again = broker.receive({ type: 'message', message: safe('m2'), transaction: 't1' });
  await expect(again).rejects.toThrow('no open transaction t1');
});

test('a transaction ends once', async () => {
  const broker = new InMemoryBroker();
  await broker.receive({ type: 'begin', transaction: 't1' });
  await broker.receive({ type: 'message', message: safe('m1'), transaction: 't1' });
  await broker.receive({ type: 'commit', transaction: 't1' });
  const again = broker.receive({ type: 'commit', transaction: 't1' });
  await expect(again).rejects.toThrow('no open transaction t1');
  expect(broker.messages).toHaveLength(1);
});

test.each([
  [{ type: 'message', message: fast('m1'), transaction: 't9' } as const, 'no open transaction t9'],
  [{ type: 'commit', transaction: 't9' } as const, 'no open transaction t9'],
  [{ type: 'begin', transaction: 't1' } as const, 't1 is open already'],
])('refuses what makes no sense: %o', async (packet, reason) => {
  const broker = new InMemoryBroker();
  await broker.receive({ type: 'begin', transaction: 't1' });
  const answer = broker.receive(packet);
  await expect(answer).rejects.toMatchObject({
    name: 'BrokerRefused',
    message: expect.stringContaining(reason),
  });
});

test('the example of the test double runs', async () => {
  await expect(import('../docs/examples/test-double.ts')).resolves.toBeDefined();
});
