import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Judge } from '../../../spec/check.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';
import { STRICT } from '../../../spec/model/profile.ts';
import type { ProducerAdapter, ProducerSubject, SendOptions } from '../../adapter.ts';
import type { Step } from '../../cases/step.ts';
import { virtualHarness } from './in-process.ts';
import { uncaughtErrors } from './determinism.ts';
import { installVirtualTime } from './virtual-time.ts';

const time = installVirtualTime();

const settings = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
const OPEN: Step = { do: 'open', settings: { ...settings, destination: 'tck' }, pause: 'none' };
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
    const told = names(history).filter((event) => event === 'advance' || event === 'return');
    expect(told).toEqual(['advance', 'advance', 'return', 'advance']);
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

  it('runs microtasks and nextTick callbacks before and between timers, as Node does', async () => {
    const order: string[] = [];
    const note = (what: string) => () => void order.push(what);
    const two = (set: (run: () => void) => void) => {
      void Promise.resolve().then(note('micro'));
      process.nextTick(note('tick'));
      for (const name of ['first', 'second'])
        set(() => {
          order.push(name);
          process.nextTick(() => void Promise.resolve().then(note('between')));
        });
    };
    const expected = ['tick', 'micro', 'first', 'between', 'second', 'between'];
    const soon = adapterOf(() => async () => two((run) => setImmediate(run)));
    await play(soon, SEND);
    expect(order.splice(0).toSorted()).toEqual(expected.toSorted());
    await play(soon, SEND);
    expect(order.splice(0).slice(2)).toEqual(expected.slice(2));
    const later = adapterOf(() => async () => two((run) => setTimeout(run, 20)));
    const atOnce = { ...SEND, pause: 'none' } as const;
    await play(later, atOnce, { do: 'advance', ms: 20, pause: 'none' });
    expect(order.slice(2)).toEqual(expected.slice(2));
  });

  it('lets work be spread over many immediates', async () => {
    const adapter = adapterOf(() => async () => {
      for (let n = 0; n < 60; n += 1) await new Promise((resolve) => setImmediate(resolve));
    });
    expect(names(await play(adapter, SEND))).toEqual(['open', 'invoke', 'return', 'settle']);
  });

  it('reaches AbortSignal.timeout', async () => {
    const adapter = adapterOf(() => () => {
      const signal = AbortSignal.timeout(30_000);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    });
    const history = await play(adapter, SEND, { do: 'advance', ms: 30_000, pause: 'settle' });
    expect(names(history)).toEqual(['open', 'invoke', 'settle', 'advance', 'throw', 'settle']);
  });

  it('lets lingerMs pass within a settle, and no more', async () => {
    const after = (ms: number) =>
      adapterOf(() => () => new Promise((resolve) => setTimeout(resolve, ms)), { lingerMs: 5 });
    expect(names(await play(after(5), SEND))).toContain('return');
    expect(names(await play(after(6), SEND))).not.toContain('return');
  });

  it('gives a close no time to linger, unless something may still be written', async () => {
    const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
    const adapter: ProducerAdapter = {
      ...adapterOf(() => async () => {}),
      lingerMs: 5,
      open: ({ broker }) => ({
        async send(message) {
          await wait();
          await broker.receive({ type: 'message', message });
        },
        close: wait,
      }),
    };
    const close: Step = { do: 'close', pause: 'settle' };
    expect(names(await play(adapter, close))).not.toContain('return');
    expect(names(await play(adapter, { ...SEND, pause: 'none' }, close))).toContain('return');
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
    expect(uncaughtErrors()).toContainEqual(expect.stringContaining('from a timer'));
  });
});

describe('open', () => {
  const send: Send = async () => {};

  it('may give a thenable', async () => {
    const opening = {
      // oxlint-disable-next-line unicorn/no-thenable -- this is what is tested
      then: (take: (subject: ProducerSubject) => void) =>
        void setImmediate(() => take({ send, close: async () => {} })),
    };
    const open = () => opening as unknown as Promise<ProducerSubject>;
    expect(
      names(
        await play(
          adapterOf(() => send, { open }),
          SEND,
        ),
      ),
    ).toContain('return');
  });

  it('may wait for the close of the producer before, which takes a while', async () => {
    let closed: Promise<void> = Promise.resolve();
    const open = async () => {
      await closed;
      const close = () =>
        (closed = new Promise((resolve) => void setImmediate(() => setTimeout(resolve, 40))));
      return { send, close };
    };
    const harness = virtualHarness(adapterOf(() => send, { open }));
    for (let cases = 0; cases < 3; cases += 1) {
      const { history } = await harness.run([OPEN, SEND], new Judge(STRICT));
      expect(names(history)).toContain('return');
    }
  });

  it('that waits for another thread runs no timer before its time', async () => {
    let beats = 0;
    const open = async () => {
      const heartbeat = setInterval(() => (beats += 1), 60_000);
      await promisify(deflate)('once');
      return { send, close: async () => clearInterval(heartbeat) };
    };
    await play(
      adapterOf(() => send, { open }),
      SEND,
    );
    expect(beats).toBe(0);
  });

  it.each([
    ['an error', new Error('no port'), 'its open() failed: Error: no port'],
    ['nothing', undefined, 'its open() failed: a value that is no Error: undefined'],
  ])('that fails with %s is the fault of the adapter', async (_, error, message) => {
    const open = () => Promise.reject(error);
    const fault = { code: 'open-failed', message };
    await expect(
      play(
        adapterOf(() => send, { open }),
        SEND,
      ),
    ).rejects.toMatchObject(fault);
  });
});

describe('what goes wrong inside a call of the producer ends the case, and does not reach the producer', () => {
  it('a fault of the adapter', async () => {
    const errorKind = () => {
      throw new Error('unprepared');
    };
    const adapter = adapterOf(() => () => Promise.reject(Object.freeze(new Error('no'))), {
      errorKind,
    });
    const fault = { code: 'not-an-adapter', message: 'its errorKind threw for "no"' };
    await expect(play(adapter, SEND)).rejects.toMatchObject(fault);
  });

  it('a fault of the kit, which is put down to nobody else', async () => {
    class BrokenJudge extends Judge {
      override next(event: HistoryEvent): void {
        if (event.event === 'receive') throw new TypeError('a mistake of the kit');
        super.next(event);
      }
    }
    let caught = 0;
    const adapter = adapterOf(({ receive }) => async (message) => {
      receive({ type: 'message', message }).catch(() => (caught += 1));
    });
    const running = virtualHarness(adapter).run([OPEN, SEND], new BrokenJudge(STRICT));
    await expect(running).rejects.toThrow(new TypeError('a mistake of the kit'));
    expect(caught).toBe(0);
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

it('an interval of no time at all repeats every millisecond of virtual time, as it does in Node', () => {
  let runs = 0;
  const interval = setInterval(() => (runs += 1), 0);
  time.advance(10);
  clearInterval(interval);
  expect(runs).toBe(10);
});
