import { describe, expect, test, vi } from 'vitest';
import { Connection } from './connection.ts';
import { arrivals, fast, open, outcomes, play, safe, settle, watch } from './fixture.ts';
import { InMemoryBroker } from './in-memory-broker.ts';

describe('close', () => {
  test('LIF-1: a send on a closed producer fails before anything is looked at', async () => {
    const { broker, session } = open({ windowSize: 10 });
    const transformer = vi.fn();
    const producer = session.createProducer(undefined, { transformer });
    await producer.close();
    await expect(producer.send(fast('m1', 11))).rejects.toMatchObject({ kind: 'closed' });
    expect(transformer).not.toHaveBeenCalled();
    expect(arrivals(broker)).toBe('');
  });

  test('LIF-2: fails all that waits and all that is unanswered, without any answer', () =>
    play(
      'window 10: sync s1 10, m1 8, m2 9, m3 1, close, settle, ack m1',
      's1, m1; usage 0; s1 closed; m2 closed; m3 closed',
    ));

  test('LIF-2: closing the connection fails a commit that waits, and it is not sent', async () => {
    const { broker, connection, producer, session } = open({ windowSize: 10 });
    void session.begin();
    void producer.send(fast('m1', 10));
    void producer.send(fast('m2', 10)).catch(() => {});
    const commit = watch(session.commit());
    await connection.close();
    expect(await outcomes(commit)).toBe('closed');
    expect(arrivals(broker)).toBe('begin t1, m1');
  });

  test('a commit that waits for the sends of a closed producer goes ahead', () =>
    play(
      'window 10: begin, m1 10, m2 10, commit, close, ack t1',
      'begin t1, m1, commit t1; usage 0; m2 closed',
    ));

  test('a closed connection no longer listens to its transport', async () => {
    const broker = new InMemoryBroker();
    const remove = vi.spyOn(broker.lost, 'removeEventListener');
    await new Connection(broker).close();
    expect(remove).toHaveBeenCalledExactlyOnceWith('abort', expect.any(Function));
  });

  test('LIF-3: closing again is harmless, at every level', async () => {
    const { connection, producer, session } = open();
    const onComplete = vi.fn();
    void producer.send(safe('m1'), { onComplete });
    for (const part of [producer, session, connection]) {
      await part.close();
      await part.close();
    }
    expect(onComplete).toHaveBeenCalledOnce();
  });

  test('CMP-1: an unanswered completion gets the error, once, despite late answers', async () => {
    const { broker, connection, producer } = open();
    connection.onAsyncError = vi.fn();
    const onComplete = vi.fn();
    void producer.send(safe('m1'), { onComplete });
    void producer.send(fast('m2'));
    await producer.close();
    broker.release('m1');
    broker.refuse('m2');
    await settle();
    expect(onComplete).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ kind: 'closed' }));
    expect(connection.onAsyncError).not.toHaveBeenCalled();
  });

  test('LIF-4: a callback that sends while the connection closes sends nothing', async () => {
    const { broker, connection, producer } = open();
    const other = connection.createSession().createProducer('invoices');
    const nested: unknown[] = [];
    const onComplete = () => nested.push(watch(other.send(fast('nested'))));
    void producer.send(safe('m1'), { onComplete });
    await connection.close();
    await settle();
    expect(nested).toEqual([expect.objectContaining({ outcome: 'closed' })]);
    expect(arrivals(broker)).toBe('m1');
  });

  test('LIF-1: a transformer that closes the producer stops its own send', async () => {
    const { broker, session } = open();
    const producer = session.createProducer('orders', {
      transformer: (message, self) => {
        void self.close();
        return message;
      },
    });
    await expect(producer.send(fast('m1'))).rejects.toMatchObject({ kind: 'closed' });
    expect(arrivals(broker)).toBe('');
  });

  test('WIN-4: a close from within the transport leaves no space to be given back', async () => {
    const { broker, producer } = open({ windowSize: 10 });
    vi.spyOn(broker, 'receive').mockImplementationOnce(() => producer.close());
    const send = watch(producer.send(fast('m1', 10)));
    expect(await outcomes(send)).toBe('returned');
    expect(producer.windowUsage()).toBe(0);
  });

  test('nothing can be created on what is closed', async () => {
    const { connection, session } = open();
    await session.close();
    expect(() => session.createProducer()).toThrow(expect.objectContaining({ kind: 'closed' }));
    await expect(session.begin()).rejects.toMatchObject({ kind: 'closed' });
    await connection.close();
    expect(() => connection.createSession()).toThrow(expect.objectContaining({ kind: 'closed' }));
  });
});

describe('loss', () => {
  test('ERR-1, ERR-2, ERR-5: everything pending fails, nothing slips out, usage is 0', () =>
    play(
      'window 10: sync s1 10, begin, m1 8, m2 9, m3 1, commit, lose',
      's1, begin t1, m1; usage 0; s1 connection-lost; m2 connection-lost; m3 connection-lost; ' +
        'commit connection-lost',
    ));

  test('ERR-3: completions get the error once; async sends are reported once each', async () => {
    const { broker, connection, producer } = open();
    const listener = vi.fn();
    connection.onAsyncError = listener;
    const onComplete = vi.fn();
    void producer.send(safe('m1'), { onComplete });
    void producer.send(fast('m2'));
    broker.lose();
    await settle();
    expect(onComplete).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ kind: 'connection-lost' }),
    );
    expect(listener).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ kind: 'connection-lost' }),
      'm2',
    );
  });

  test('ERR-4: later calls fail at once', async () => {
    const { broker, connection, producer, session } = open({ windowSize: 10 });
    broker.lose();
    await expect(producer.send(fast('m1'))).rejects.toMatchObject({ kind: 'connection-lost' });
    await expect(session.begin()).rejects.toMatchObject({ kind: 'connection-lost' });
    expect(() => connection.createSession()).toThrow(
      expect.objectContaining({ kind: 'connection-lost' }),
    );
    const late = new Connection(broker);
    expect(late.isLost).toBe(true);
    await connection.close();
    await expect(producer.send(fast('m2'))).rejects.toMatchObject({ kind: 'closed' });
  });

  test('a transport that tells of the loss by rejecting alone is understood', async () => {
    const transport = {
      lost: new AbortController().signal,
      answers: [] as ((error: Error) => void)[],
      receive(): Promise<void> {
        return new Promise((_, reject) => this.answers.push(reject));
      },
    };
    const connection = new Connection(transport);
    const producer = connection.createSession().createProducer('orders');
    const sends = [watch(producer.send(safe('m1'))), watch(producer.send(safe('m2')))];
    transport.answers[0]?.(Object.assign(new Error('reset'), { name: 'ConnectionLost' }));
    expect(await outcomes(...sends)).toBe('connection-lost, connection-lost');
    expect(connection.isLost).toBe(true);
  });

  test('a transport that fails in its own way fails one send, and no other', async () => {
    const fault = new TypeError('cannot serialise');
    const broker = new InMemoryBroker();
    const receive = vi.spyOn(broker, 'receive').mockImplementationOnce(() => {
      throw fault;
    });
    const producer = new Connection(broker, { windowSize: 10 }).createSession().createProducer('q');
    await expect(producer.send(safe('m1'))).rejects.toBe(fault);
    receive.mockReturnValueOnce(Promise.reject(undefined));
    await expect(producer.send(safe('m2'))).rejects.toThrow('The transport failed on message m2');
    await producer.send(safe('m3'));
  });

  test('WIN-3: also when it fails while it writes a send that waited', async () => {
    const { broker, connection, producer } = open({ windowSize: 10 });
    connection.onAsyncError = vi.fn();
    const fault = new TypeError('cannot serialise');
    void producer.send(fast('m1', 10));
    const waiting = [watch(producer.send(fast('m2', 10))), watch(producer.send(fast('m3', 10)))];
    vi.spyOn(broker, 'receive').mockImplementationOnce(() => {
      throw fault;
    });
    broker.release('m1');
    expect(await outcomes(...waiting)).toBe('returned, returned');
    expect(connection.onAsyncError).toHaveBeenCalledExactlyOnceWith(fault, 'm2');
    expect(producer.windowUsage()).toBe(10);
  });
});

describe('interrupt', () => {
  test('LIF-5, WIN-10: a send that waits fails and never leaves; others move up', () =>
    play(
      'window 10: m1 8, m2 9, m3 2, abort m2, settle, ack m1',
      'm1, m3; usage 2; m2 interrupted',
    ));

  test('the reason of the signal is the cause of the failure', async () => {
    const { producer } = open();
    const controller = new AbortController();
    const send = watch(producer.send(safe('m1'), { signal: controller.signal }));
    controller.abort('enough');
    await settle();
    expect(send.error).toHaveProperty('cause', 'enough');
  });

  test('LIF-5: a send that waits for its ack fails; the late answer is harmless', async () => {
    const { broker, producer } = open({ windowSize: 10 });
    const controller = new AbortController();
    const send = watch(producer.send(safe('m1'), { signal: controller.signal }));
    controller.abort();
    broker.release('m1');
    expect(await outcomes(send)).toBe('interrupted');
    expect(producer.statistics.messages).toBe(0);
    const next = watch(producer.send(safe('m2')));
    broker.release('m2');
    expect(await outcomes(next)).toBe('returned');
  });

  test('LIF-5: after its wait for space a send is still interruptible', () =>
    play(
      'window 10: m1 10, sync s1 10, ack m1, settle, abort s1',
      'm1, s1; usage 0; s1 interrupted',
    ));

  test('an interrupt that came before the call wins, and nothing is sent', async () => {
    const { broker, producer } = open({ windowSize: 10 });
    const signal = AbortSignal.abort();
    const sync = watch(producer.send(safe('sync'), { signal }));
    void producer.send(fast('m1', 10));
    const waiting = watch(producer.send(fast('m2', 10), { signal }));
    expect(await outcomes(sync, waiting)).toBe('interrupted, interrupted');
    expect(arrivals(broker)).toBe('m1');
  });

  test('LIF-6: an async send that was admitted never looks at its signal', async () => {
    const { producer } = open({ windowSize: 10 });
    const look = vi.fn(() => AbortSignal.abort());
    const options = Object.defineProperty({}, 'signal', { get: look });
    await producer.send(fast('m1', 5), options);
    await producer.send(safe('m2', 5), Object.assign(options, { onComplete: () => {} }));
    expect(look).not.toHaveBeenCalled();
    expect(producer.windowUsage()).toBe(10);
  });

  test('LIF-6: a signal that aborts after the send has ended finds no listener left', async () => {
    const { broker, producer, release } = open({ windowSize: 10 });
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    void producer.send(fast('m1', 10));
    const ended = [
      watch(producer.send(fast('m2', 10), { signal })),
      watch(producer.send(safe('m3'), { signal })),
    ];
    await release('m1');
    broker.release();
    expect(await outcomes(...ended)).toBe('returned, returned');
    expect(add).toHaveBeenCalledTimes(2);
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });
});

test.each([
  ['windowSize', -1],
  ['windowSize', 0.5],
  ['windowSize', Number.NaN],
  ['sendTimeoutMs', -1],
  ['sendTimeoutMs', 2 ** 31],
])('a connection rejects %s = %d', (setting, value) => {
  expect(() => new Connection(new InMemoryBroker(), { [setting]: value })).toThrow(RangeError);
});
