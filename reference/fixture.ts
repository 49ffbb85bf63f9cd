// What the tests beside this file share: a connection to an in-memory broker, messages, a way to see
// whether a call is still pending, and scripts. Not part of the package's interface.
import { Connection, type ConnectionOptions } from './connection.ts';
import { errorKind } from './errors.ts';
import { InMemoryBroker, type PacketSelector } from './in-memory-broker.ts';
import type { OutgoingMessage } from '../spec/events/message.ts';
import type { ErrorKind } from '../spec/events/failure.ts';

/** A broker that holds its answers, and a producer with a session and a connection to it. */
export function open(options: ConnectionOptions & { transacted?: boolean } = {}) {
  const { transacted = false, ...settings } = options;
  const broker = new InMemoryBroker();
  broker.hold();
  const connection = new Connection(broker, settings);
  const session = connection.createSession({ transacted });
  const producer = session.createProducer('orders');
  /** Lets the broker answer, as its own `release` does, and waits for all that follows. */
  const release = (which?: PacketSelector): Promise<void> => {
    broker.release(which);
    return settle();
  };
  return { broker, connection, session, producer, release };
}

/** A non-persistent message: its send is async, and charged its size. */
export function fast(id: string, size = 10, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { id, size, deliveryMode: 'non-persistent', priority: 4, timeToLiveMs: 0, ...more };
}

/** A persistent message: outside a transaction its send is sync, and not charged. */
export function safe(id: string, size = 10, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return fast(id, size, { deliveryMode: 'persistent', ...more });
}

/** A call under observation. */
export interface Watched {
  outcome: 'pending' | 'returned' | ErrorKind;
  error: unknown;
}

export function watch(call: Promise<void>): Watched {
  const watched: Watched = { outcome: 'pending', error: undefined };
  call.then(
    () => {
      watched.outcome = 'returned';
    },
    (error: unknown) => {
      watched.outcome = errorKind(error);
      watched.error = error;
    },
  );
  return watched;
}

/** Lets everything happen that needs no further step: no chain here is longer. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
}

/** How the calls stand once everything has settled: such as `pending, returned, timeout`. */
export async function outcomes(...calls: readonly Watched[]): Promise<string> {
  await settle();
  return calls.map(({ outcome }) => outcome).join(', ');
}

/** What the broker received, in that order: such as `begin t1, m1, m2`. */
export function arrivals(broker: InMemoryBroker): string {
  return broker.received
    .map((packet) =>
      packet.type === 'message' ? packet.message.id : `${packet.type} ${packet.transaction}`,
    )
    .join(', ');
}

/**
 * Plays a script, such as `window 10: m1 8, sync m2 5, ack m1`, against a fresh producer in one
 * turn. `m1 8` is an async send of 8 bytes, and `settle` ends a turn early. Compares what has come
 * of it: what arrived, the usage, and the calls that have not returned, such as
 * `m1, m2; usage 0; m2 pending`.
 */
export async function play(script: string, expected: string): Promise<void> {
  const [, windowSize, steps = script] = /^window (\d+): (.*)$/.exec(script) ?? [];
  const { broker, producer, session } = open({ windowSize: Number(windowSize ?? 0) });
  const calls = new Map<string, Watched>();
  const aborts = new Map<string, AbortController>();
  const send = (message: OutgoingMessage) => {
    const controller = new AbortController();
    aborts.set(message.id, controller);
    calls.set(message.id, watch(producer.send(message, { signal: controller.signal })));
  };
  const verbs: Record<string, (id: string, size: number) => unknown> = {
    sync: (id, size) => send(safe(id, size)),
    ack: (id) => broker.release(id),
    refuse: (id) => broker.refuse(id),
    abort: (id) => aborts.get(id)?.abort(),
    lose: () => broker.lose(),
    begin: () => calls.set('begin', watch(session.begin())),
    commit: () => calls.set('commit', watch(session.commit())),
    rollback: () => calls.set('rollback', watch(session.rollback())),
    close: () => calls.set('close', watch(producer.close())),
  };
  for (const step of steps.split(', ')) {
    const [verb = '', id = '', size] = step.split(' ');
    if (verb === 'settle') await settle();
    else if (verbs[verb]) verbs[verb](id, Number(size));
    else send(fast(verb, Number(id)));
  }
  await settle();
  const pending = [...calls].filter(([, { outcome }]) => outcome !== 'returned');
  const came = [
    arrivals(broker),
    `usage ${producer.windowUsage()}`,
    ...pending.map(([id, { outcome }]) => `${id} ${outcome}`),
  ].join('; ');
  if (came !== expected) throw new Error(`came of ${script}: ${came}; expected: ${expected}`);
}
