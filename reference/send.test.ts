import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ALL_INPUTS, decide, DISPATCH } from '../spec/model/decision.ts';
import { arrivals, fast, open, outcomes, play, safe, settle, watch } from './fixture.ts';

describe('the decision', () => {
  test.each(ALL_INPUTS.map((inputs) => [decide(inputs), inputs] as const))(
    'row %i decides for %o',
    async (row, inputs) => {
      const { producer, session } = open({
        alwaysSyncSend: inputs.alwaysSyncSend,
        useAsyncSend: inputs.useAsyncSend,
        sendTimeoutMs: inputs.timeout ? 1000 : 0,
      });
      if (inputs.transacted) await session.begin();
      const kind = inputs.persistent ? safe : fast;
      const message = kind('m1', 1, { responseRequired: inputs.responseRequired });
      const send = watch(producer.send(message, inputs.completion ? { onComplete: () => {} } : {}));
      await settle();
      const blocked = DISPATCH[row] === 'sync' || DISPATCH[row] === 'timed';
      expect(await outcomes(send)).toBe(blocked ? 'pending' : 'returned');
    },
  );
});

describe('the destination', () => {
  test("DST-1: without a destination of its own or the message's, a send fails", async () => {
    const { broker, session } = open();
    const producer = session.createProducer();
    await expect(producer.send(fast('m1'))).rejects.toMatchObject({ kind: 'invalid-destination' });
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
    expect(arrivals(broker)).toBe('');
  });

  test('DST-3: a bound producer refuses another destination, and accepts its own', async () => {
    const { producer, broker } = open();
    const foreign = fast('m1', 1, { destination: 'invoices' });
    await expect(producer.send(foreign)).rejects.toThrow('message m1 names invoices');
    await producer.send(fast('m2', 1, { destination: 'orders' }));
    expect(arrivals(broker)).toBe('m2');
  });

  test('DST-4: the check happens before any wait, and takes no place in the queue', async () => {
    const { broker, producer, release } = open({ windowSize: 10 });
    void producer.send(fast('m1', 10));
    const failed = watch(producer.send(fast('m2', 10, { destination: null })));
    void producer.send(fast('m3', 10));
    expect(await outcomes(failed)).toBe('invalid-destination');
    await release('m1');
    expect(arrivals(broker)).toBe('m1, m3');
  });
});

describe('order', () => {
  test('ORD-1, ORD-2: every kind of send is on the wire when send returns, in order', async () => {
    const { broker, producer, session } = open({ sendTimeoutMs: 0 });
    void producer.send(safe('sync'));
    void producer.send(fast('async'));
    void producer.send(safe('completion'), { onComplete: () => {} });
    void session.begin();
    void producer.send(safe('transacted'));
    void session.commit();
    void producer.send(safe('after'));
    expect(arrivals(broker)).toBe(
      'sync, async, completion, begin t1, transacted, commit t1, after',
    );
  });

  test('SYN-8: a sync send holds up no other send', () =>
    play('sync s1 10, sync s2 10, m3 10', 's1, s2, m3; usage 10; s1 pending; s2 pending'));

  test('ORD-5: the message arrives as it was sent, with its destination', async () => {
    const { broker, producer } = open();
    const message = safe('m1', 7, { priority: 9, timeToLiveMs: 5 });
    void producer.send(message);
    expect(broker.received).toEqual([
      { type: 'message', message: { ...message, destination: 'orders' } },
    ]);
  });
});

describe('sync sends', () => {
  test('SYN-1, SYN-4: returns at its own acknowledgement, not at another', () =>
    play('sync s1 10, sync s2 10, ack s2', 's1, s2; usage 0; s1 pending'));

  test('SYN-5: throws the refusal, with its reason', async () => {
    const { broker, producer } = open();
    const send = producer.send(safe('m1'));
    broker.refuse('m1', 'the disk is full');
    await expect(send).rejects.toMatchObject({ kind: 'refused' });
    await expect(send).rejects.toThrow('The broker refused message m1: the disk is full');
  });

  test('SYN-3: reads responseRequired from the transformed message', async () => {
    const { session } = open();
    const transformer = vi.fn((message) => ({ ...message, responseRequired: true }));
    const producer = session.createProducer('orders', { transformer });
    const send = watch(producer.send(fast('m1')));
    expect(await outcomes(send)).toBe('pending');
    expect(transformer).toHaveBeenCalledOnce();
  });
});

describe('timed sends', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('SYN-6, SYN-7: fails at its timeout, not before; a late answer is harmless', async () => {
    const { broker, producer } = open({ sendTimeoutMs: 100, windowSize: 10 });
    const send = watch(producer.send(safe('m1')));
    await vi.advanceTimersByTimeAsync(99);
    expect(await outcomes(send)).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect(send.outcome).toBe('timeout');
    broker.release('m1');
    expect(await outcomes(send)).toBe('timeout');
    expect(producer.windowUsage()).toBe(0);
    expect(producer.statistics.messages).toBe(0);
  });

  test('SYN-7: a late refusal is harmless too', async () => {
    const { broker, connection, producer } = open({ sendTimeoutMs: 100 });
    connection.onAsyncError = vi.fn();
    const send = watch(producer.send(safe('m1')));
    await vi.advanceTimersByTimeAsync(100);
    broker.refuse('m1');
    expect(await outcomes(send)).toBe('timeout');
    expect(connection.onAsyncError).not.toHaveBeenCalled();
  });

  test('SYN-6: returns at its acknowledgement, and leaves no timer behind', async () => {
    const { broker, producer } = open({ sendTimeoutMs: 100 });
    const send = watch(producer.send(safe('m1')));
    await vi.advanceTimersByTimeAsync(99);
    broker.release('m1');
    expect(await outcomes(send)).toBe('returned');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('SYN-6: the time runs from admission, not while it waits for space', async () => {
    const { broker, producer } = open({ sendTimeoutMs: 100, windowSize: 10 });
    void producer.send(fast('full', 10), { onComplete: () => {} });
    const send = watch(producer.send(safe('m1')));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await outcomes(send)).toBe('pending');
    broker.release('full');
    await vi.advanceTimersByTimeAsync(99);
    expect(await outcomes(send)).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcomes(send)).toBe('timeout');
  });
});

describe('async sends', () => {
  test('ASY-5, ASY-6: a refusal goes to the listener, once, and not to the caller', async () => {
    const { broker, connection, producer } = open();
    const listener = vi.fn();
    connection.onAsyncError = listener;
    const send = watch(producer.send(fast('m1')));
    broker.refuse('m1', 'no room');
    expect(await outcomes(send)).toBe('returned');
    expect(listener).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ kind: 'refused' }),
      'm1',
    );
  });

  test("ASY-5: the refusal of a sync send is its caller's alone", async () => {
    const { broker, connection, producer } = open();
    connection.onAsyncError = vi.fn();
    const send = watch(producer.send(safe('m1')));
    broker.refuse('m1');
    expect(await outcomes(send)).toBe('refused');
    expect(connection.onAsyncError).not.toHaveBeenCalled();
  });

  test('ASY-5: a listener that throws harms nobody', async () => {
    const { broker, connection, producer } = open({ windowSize: 10 });
    const fault = new Error('the listener is broken');
    connection.onAsyncError = () => {
      throw fault;
    };
    connection.onCallbackError = vi.fn();
    void producer.send(fast('m1', 10));
    const next = watch(producer.send(fast('m2', 10)));
    broker.refuse('m1');
    expect(await outcomes(next)).toBe('returned');
    expect(connection.onCallbackError).toHaveBeenCalledExactlyOnceWith(fault);
  });
});

describe('statistics', () => {
  test('count what returned, what waited and what was refused', async () => {
    const { broker, producer } = open({ windowSize: 10 });
    void producer.send(fast('m1', 10));
    const waiting = watch(producer.send(fast('m2', 5)));
    const sync = watch(producer.send(safe('m3', 7)));
    expect(producer.statistics).toMatchObject({ messages: 1, bytes: 10, waited: 2, refused: 0 });
    broker.refuse('m1');
    await settle();
    expect(producer.statistics).toMatchObject({ messages: 2, bytes: 15, refused: 1 });
    broker.release('m3');
    expect(await outcomes(waiting, sync)).toBe('returned, returned');
    expect(producer.statistics).toMatchObject({ messages: 3, bytes: 22, waited: 2, refused: 1 });
  });
});
