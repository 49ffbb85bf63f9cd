import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Judge } from '../../../spec/check.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';
import { STRICT } from '../../../spec/model/profile.ts';
import type { ProducerAdapter, ProducerSubject, SendOptions } from '../../adapter.ts';
import type { Step } from '../../cases/step.ts';
import { virtualHarness } from './in-process.ts';
import { BrokerRefused, ConnectionLost, ScriptedBroker } from '../brokers/scripted-broker.ts';
import { QuietSignal } from './signals.ts';
import { uncaughtErrors } from './determinism.ts';
import { installVirtualTime } from './virtual-time.ts';

const time = installVirtualTime();

const OPEN: Step = {
  do: 'open',
  settings: {
    windowSize: 0,
    useAsyncSend: false,
    alwaysSyncSend: false,
    sendTimeoutMs: 0,
    destination: 'tck',
  },
  pause: 'none',
};
const SEND: Step = { do: 'send', id: 'm1', size: 1, mode: 'persistent', pause: 'settle' };

type Send = ProducerSubject['send'];

function adapterOf(
  send: (broker: Parameters<ProducerAdapter['open']>[0]['broker']) => Send,
  more: Partial<ProducerAdapter> = {},
): ProducerAdapter {
  return {
    name: 'fixture',
    supports: ['interrupt'],
    open: ({ broker }) => ({ send: send(broker), close: async () => {} }),
    ...more,
  };
}

async function play(adapter: ProducerAdapter, ...steps: Step[]): Promise<readonly HistoryEvent[]> {
  return (await virtualHarness(adapter).run([OPEN, ...steps], new Judge(STRICT))).history;
}

const names = (history: readonly HistoryEvent[]) => history.map(({ event }) => event);

describe('virtual time', () => {
  it('lets a timeout of a day pass at once', async () => {
    const adapter = adapterOf(
      () => () => new Promise((resolve) => setTimeout(resolve, 86_400_000)),
    );
    const history = await play(adapter, SEND, { do: 'advance', ms: 86_400_000, pause: 'settle' });
    expect(names(history)).toEqual(['open', 'invoke', 'settle', 'advance', 'return', 'settle']);
  });

  it('records what a timer sets off at the time at which it ran', async () => {
    const adapter = adapterOf(
      () => () =>
        new Promise((resolve) => {
          setTimeout(() => setTimeout(resolve, 30), 20);
        }),
    );
    const history = await play(adapter, SEND, { do: 'advance', ms: 60, pause: 'settle' });
    const passed = history.filter((event) => event.event === 'advance').map(({ ms }) => ms);
    expect(passed).toEqual([20, 30, 10]);
    expect(names(history).indexOf('return')).toBeGreaterThan(names(history).lastIndexOf('advance'));
  });

  it('runs timers of up to 1 ms and immediates within a settle, and records the time they took', async () => {
    const adapter = adapterOf(
      () => () =>
        new Promise((resolve) => {
          setImmediate(() => setTimeout(() => setTimeout(resolve, 1), 0));
        }),
    );
    const history = await play(adapter, SEND);
    expect(names(history)).toEqual(['open', 'invoke', 'advance', 'advance', 'return', 'settle']);
  });

  it('lets lingerMs pass within a settle, and no more', async () => {
    const after = (ms: number) =>
      adapterOf(() => () => new Promise((resolve) => setTimeout(resolve, ms)), { lingerMs: 5 });
    expect(names(await play(after(5), SEND))).toContain('return');
    expect(names(await play(after(6), SEND))).not.toContain('return');
  });

  it('comes to rest although a subject polls for ever', async () => {
    const adapter = adapterOf(() => async () => void setInterval(() => {}, 1));
    expect(names(await play(adapter, SEND)).at(-1)).toBe('settle');
  });

  it('reaches static imports of node:timers/promises', async () => {
    const source = `import { setTimeout as sleep } from 'node:timers/promises';
      export const send = () => sleep(3_600_000);`;
    const module = (await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`
    )) as { send: Send };
    const history = await play(
      adapterOf(() => module.send),
      SEND,
      { do: 'advance', ms: 3_600_000, pause: 'settle' },
    );
    expect(names(history)).toContain('return');
  });

  it('keeps what a timer throws for the report', async () => {
    await play(
      adapterOf(
        () => async () =>
          void setTimeout(() => {
            throw new Error('from a timer');
          }),
      ),
      SEND,
    );
    expect(uncaughtErrors()).toContain('from a timer');
  });
});

describe('a call', () => {
  it('that throws synchronously has failed, one that gives no promise has returned', async () => {
    const thrower = adapterOf(() => () => {
      throw new Error('at once');
    });
    expect(await play(thrower, SEND)).toContainEqual({
      event: 'throw',
      op: 1,
      error: { message: 'at once' },
    });
    const plain = adapterOf(() => (() => 7) as unknown as Send);
    expect(names(await play(plain, SEND))).toContain('return');
  });

  it('that rejects with no Error at all is described', async () => {
    const adapter = adapterOf(() => () => Promise.reject(undefined));
    expect(await play(adapter, SEND)).toContainEqual({
      event: 'throw',
      op: 1,
      error: { message: 'a value that is no Error: undefined' },
    });
  });

  it('is made in the turn of the one before it when the pause is none', async () => {
    const order: string[] = [];
    const adapter = adapterOf(() => async (message) => {
      order.push(`${message.id} in`);
      await undefined;
      order.push(`${message.id} on`);
    });
    await play(adapter, { ...SEND, pause: 'none' }, { ...SEND, id: 'm2' });
    expect(order).toEqual(['m1 in', 'm2 in', 'm1 on', 'm2 on']);
  });

  it('is given a signal that survives being copied, and aborts when interrupted', async () => {
    const adapter = adapterOf(() => (_, options) => {
      const { signal }: SendOptions = { ...options };
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    });
    const history = await play(adapter, SEND, { do: 'interrupt', id: 'm1', pause: 'settle' });
    expect(history).toContainEqual({ event: 'throw', op: 1, error: { message: 'stopped' } });
  });

  it('cannot change the history by changing its message', async () => {
    const adapter = adapterOf(
      () => async (message) => void Object.assign(message, { id: 'other', size: 99 }),
    );
    const invoke = (await play(adapter, SEND)).find(({ event }) => event === 'invoke');
    expect(invoke).toMatchObject({ message: { id: 'm1', size: 1 } });
  });
});

describe('the scripted broker', () => {
  const message = {
    id: 'm1',
    size: 1,
    deliveryMode: 'persistent',
    priority: 4,
    timeToLiveMs: 0,
  } as const;
  const unhandled = vi.fn<(reason: unknown) => void>();
  process.on('unhandledRejection', unhandled);
  afterEach(() => unhandled.mockClear());

  it('answers when told, and not before', async () => {
    const broker = new ScriptedBroker(() => {});
    const answers: string[] = [];
    broker.receive({ type: 'message', message }).then(
      () => answers.push('ack'),
      () => {},
    );
    broker.receive({ type: 'begin', transaction: 't1' }).then(
      () => answers.push('begun'),
      () => {},
    );
    broker.ack('begin t1');
    await Promise.resolve();
    expect(answers).toEqual(['begun']);
  });

  it('works taken apart, as producers take it', async () => {
    const seen: string[] = [];
    const broker = new ScriptedBroker(({ type }) => seen.push(type));
    const { receive, lost } = broker;
    const answer = receive({ type: 'message', message });
    broker.ack('message m1');
    await expect(answer).resolves.toBeUndefined();
    expect([seen, lost.aborted]).toEqual([['message'], false]);
  });

  it('rejects by name when it refuses or is lost, and at once afterwards', async () => {
    const broker = new ScriptedBroker(() => {});
    const refused = broker.receive({ type: 'message', message });
    broker.refuse('message m1', 'full');
    await expect(refused).rejects.toBeInstanceOf(BrokerRefused);
    await expect(refused).rejects.toMatchObject({ name: 'BrokerRefused', message: 'full' });
    const lost = broker.receive({ type: 'message', message });
    broker.lose();
    await expect(lost).rejects.toMatchObject({ name: 'ConnectionLost' });
    await expect(broker.receive({ type: 'message', message })).rejects.toBeInstanceOf(
      ConnectionLost,
    );
    expect(broker.lost.aborted).toBe(true);
  });

  it('hands out a real signal, before or after the loss, and one that never aborts', () => {
    const early = new ScriptedBroker(() => {});
    const { lost } = early;
    expect(lost.aborted).toBe(false);
    early.lose();
    expect(lost.aborted).toBe(true);
    expect(lost.reason).toBeInstanceOf(ConnectionLost);
    const late = new ScriptedBroker(() => {});
    late.lose();
    expect(late.lost.reason).toBeInstanceOf(ConnectionLost);
    const never = new ScriptedBroker(() => {}, false);
    expect(never.lost).toBeInstanceOf(AbortSignal);
    expect(() => never.lose()).toThrow('never to lose');
  });

  it('shares the signals that never abort, and renews them so that nothing derived from them stays', () => {
    const quiet = new QuietSignal();
    const signals = Array.from({ length: 1000 }, () => quiet.signal);
    const different = new Set(signals).size;
    expect(different).toBeGreaterThan(1);
    expect(different).toBeLessThan(100);
  });

  it('keeps no listener of a signal that never aborts, which is a real one all the same', () => {
    const { signal } = new QuietSignal();
    const listener = () => {};
    signal.addEventListener('abort', listener);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    signal.removeEventListener('abort', listener);
    for (const onabort of [listener, null]) Object.assign(signal, { onabort });
    const other = new AbortController();
    const either = AbortSignal.any([signal, other.signal]);
    other.abort();
    expect(either.aborted).toBe(true);
    expect(signal.aborted).toBe(false);
  });

  it('does not crash the run when its rejections are ignored', async () => {
    const broker = new ScriptedBroker(() => {});
    void broker.receive({ type: 'message', message });
    broker.lose();
    await new Promise((resolve) => process.nextTick(resolve));
    expect(unhandled).not.toHaveBeenCalled();
  });
});

it('an interval of no time at all repeats every millisecond of virtual time, as it does in Node', () => {
  let runs = 0;
  const interval = setInterval(() => (runs += 1), 0);
  time.advance(10);
  clearInterval(interval);
  expect(runs).toBe(10);
});
