import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { QuietSignal } from '../in-process/signals.ts';
import { BrokerRefused, ConnectionLost, ScriptedBroker } from './scripted-broker.ts';

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
