import { expect, test, vi } from 'vitest';
import { arrivals, fast, open, outcomes, safe, settle, watch } from './fixture.ts';
import { Connection } from './connection.ts';
import { TransportError } from './transport.ts';

test('ASY-4, CMP-1, CMP-2: returns at once; the callback fires once, at the ack', async () => {
  const { producer, release } = open();
  const onComplete = vi.fn();
  const send = watch(producer.send(safe('m1'), { onComplete }));
  expect(await outcomes(send)).toBe('returned');
  expect(onComplete).not.toHaveBeenCalled();
  await release('m1');
  expect(onComplete).toHaveBeenCalledExactlyOnceWith(undefined);
});

test('CMP-3: the callback carries the refusal, and the error listener hears nothing', async () => {
  const { broker, connection, producer } = open();
  connection.onAsyncError = vi.fn();
  const onComplete = vi.fn();
  void producer.send(safe('m1'), { onComplete });
  broker.refuse('m1');
  await settle();
  expect(onComplete).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ kind: 'refused' }));
  expect(connection.onAsyncError).not.toHaveBeenCalled();
});

test('CMP-1: the callback of a send that fails in its call does not fire', async () => {
  const { producer } = open();
  const onComplete = vi.fn();
  const send = watch(producer.send(safe('m1', 10, { destination: null }), { onComplete }));
  expect(await outcomes(send)).toBe('invalid-destination');
  expect(onComplete).not.toHaveBeenCalled();
});

test('CMP-4: an answer that is there at once is told after send has returned', async () => {
  const { broker, producer } = open();
  broker.release();
  let inside = true;
  const seen: boolean[] = [];
  void producer.send(safe('m1'), { onComplete: () => seen.push(inside) });
  inside = false;
  await settle();
  expect(seen).toEqual([false]);
});

test('CMP-4: not even if the transport loses the connection inside the call', async () => {
  const controller = new AbortController();
  const transport = {
    lost: controller.signal,
    receive(): Promise<void> {
      controller.abort();
      return Promise.reject(new TransportError('ConnectionLost', 'broken pipe'));
    },
  };
  const producer = new Connection(transport, { windowSize: 10 })
    .createSession()
    .createProducer('q');
  let inside = true;
  const seen: unknown[] = [];
  void producer.send(safe('m1', 5), { onComplete: (error) => seen.push(inside, error) });
  inside = false;
  await settle();
  expect(seen).toEqual([false, expect.objectContaining({ kind: 'connection-lost' })]);
  expect(producer.windowUsage()).toBe(0);
});

test('CMP-5: a callback that sends finds the space of its own message free', async () => {
  const { broker, producer, release } = open({ windowSize: 10 });
  const usage: number[] = [];
  void producer.send(safe('m1', 10), {
    onComplete: () => {
      usage.push(producer.windowUsage());
      void producer.send(fast('m2', 10));
    },
  });
  await release('m1');
  expect(usage).toEqual([0]);
  expect(arrivals(broker)).toBe('m1, m2');
});

test('CMP-5, WIN-5: a callback that sends does not overtake one that waits', async () => {
  const { broker, producer, release } = open({ windowSize: 10 });
  void producer.send(safe('m1', 10), { onComplete: () => void producer.send(fast('late', 1)) });
  void producer.send(fast('m2', 10));
  broker.refuse('m1');
  await settle();
  expect(arrivals(broker)).toBe('m1, m2');
  await release('m2');
  expect(arrivals(broker)).toBe('m1, m2, late');
});

test('CMP-6: a callback that throws harms nobody, and is reported apart', async () => {
  const { broker, connection, producer } = open({ windowSize: 10 });
  const fault = new Error('the callback is broken');
  connection.onAsyncError = vi.fn();
  connection.onCallbackError = vi.fn(() => {
    throw new Error('and so is this listener');
  });
  void producer.send(safe('m1', 10), {
    onComplete: () => {
      throw fault;
    },
  });
  const next = watch(producer.send(fast('m2', 10)));
  broker.release('m1');
  expect(await outcomes(next)).toBe('returned');
  expect(connection.onCallbackError).toHaveBeenCalledExactlyOnceWith(fault);
  expect(connection.onAsyncError).not.toHaveBeenCalled();
});
