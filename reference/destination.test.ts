import { expect, test } from 'vitest';
import { InvalidDestinationError } from './errors.ts';
import { arrivals, fast, open, settle, watch } from './fixture.ts';

test("DST-1: without a destination of its own or the message's, a send fails", async () => {
  const { broker, session } = open();
  const producer = session.createProducer();
  await expect(producer.send(fast('m1'))).rejects.toThrow(InvalidDestinationError);
  await producer.send(fast('m2', 1, { destination: 'a' }));
  await producer.send(fast('m3'), { destination: 'b' });
  expect(broker.received).toMatchObject([
    { message: { id: 'm2', destination: 'a' } },
    { message: { id: 'm3', destination: 'b' } },
  ]);
});

test('DST-2: an explicit null fails, also when the producer has a destination', async () => {
  const { producer, broker } = open();
  await expect(producer.send(fast('m1', 1, { destination: null }))).rejects.toThrow('is null');
  await expect(producer.send(fast('m2'), { destination: null })).rejects.toThrow('is null');
  expect(arrivals(broker)).toEqual([]);
});

test('DST-3: a bound producer refuses another destination, and accepts its own', async () => {
  const { producer, broker } = open();
  const foreign = fast('m1', 1, { destination: 'invoices' });
  await expect(producer.send(foreign)).rejects.toThrow('message m1 names invoices');
  await producer.send(fast('m2', 1, { destination: 'orders' }));
  expect(arrivals(broker)).toEqual(['m2']);
});

test('DST-4: the check happens before any wait, and takes no place in the queue', async () => {
  const { producer, broker } = open({ windowSize: 10 });
  void producer.send(fast('m1', 10));
  const failed = watch(producer.send(fast('m2', 10, { destination: null })));
  void producer.send(fast('m3', 10));
  await settle();
  expect(failed.outcome).toBe('invalid-destination');
  broker.release('m1');
  await settle();
  expect(arrivals(broker)).toEqual(['m1', 'm3']);
});
