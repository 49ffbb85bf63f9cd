// Every conforming producer: quite different builds, which no rule may accuse.
import { CAPABILITIES } from '../../../spec/events/settings.ts';
import { defineAdapter, type ProducerAdapter } from '../../adapter.ts';
import { ClassicEngine, deferred, inLanes } from '../builds.ts';
import { Engine } from '../engine.ts';
import { type Job, kindOf } from '../calls.ts';
import { batchesOnImmediate, batchesOnTimeout } from './batches.ts';
import { BOUNDED_WAITS } from './bounded-waits.ts';
import { callbacks } from './callbacks.ts';
import { conforming } from './entrance.ts';
import { FLUSHES } from './flushes.ts';
import { Keeper } from './keeper.ts';
import { permits } from './permits.ts';
import { promiseChain } from './promise-chain.ts';
import { RECONNECTS } from './reconnects.ts';
import { strictCallbacks } from './strict-callbacks.ts';
import { stateMachine } from './state-machine.ts';

const HEADER_BYTES = 100;
const LINGER_MS = 5;

/** Charges a header with each message, and holds every write for some milliseconds. */
class Lingering extends deferred(Engine) {
  override sizeOf({ message }: Job): number {
    return message.size + HEADER_BYTES;
  }

  override later(write: () => void): void {
    setTimeout(write, LINGER_MS);
  }
}

const lingering = defineAdapter({
  name: 'lingering, in units of its own',
  supports: CAPABILITIES,
  open: (context) => new Lingering(context),
  errorKind: kindOf,
  chargedSize: ({ size }) => size + HEADER_BYTES,
  lingerMs: LINGER_MS,
});

/**
 * The least there can be, which claims nothing: no window, no transactions, no kinds of error; persistent
 * messages block, others do not.
 */
const windowless = defineAdapter({
  name: 'windowless',
  supports: [],
  open({ broker }) {
    let closed = false;
    let end = () => {};
    const closing = new Promise<never>((_, reject) => {
      end = () => reject(new Error('the producer was closed'));
    });
    closing.catch(() => {});
    return {
      async send(message) {
        if (closed) return closing;
        const answer = broker.receive({ type: 'message', message });
        if (message.deliveryMode === 'persistent') await Promise.race([answer, closing]);
      },
      async close() {
        closed = true;
        end();
      },
    };
  },
});

const Deferred = deferred(Engine);
const InLanes = inLanes(Engine);
const DeferredClassic = deferred(ClassicEngine);

/** Every conforming producer. The first is the engine of which all mutants are deviations. */
export const CONFORMING: readonly ProducerAdapter[] = [
  conforming('engine: a queue and a pump', (context) => new Engine(context)),
  conforming('engine with an outbox', (context) => new Deferred(context)),
  conforming('engine with a lane for each destination', (context) => new InLanes(context)),
  conforming('engine that keeps what it may', (context) => new Keeper(context)),
  lingering,
  promiseChain,
  batchesOnTimeout,
  batchesOnImmediate,
  permits,
  callbacks,
  strictCallbacks,
  stateMachine,
  windowless,
  ...FLUSHES,
  ...BOUNDED_WAITS,
  ...RECONNECTS,
];

/**
 * Those that conform to activemq-classic. The others are strict, which it does not accept: they wait where
 * it overshoots, refuse what is larger than the window, and charge sends with a callback.
 */
export const CONFORMING_CLASSIC: readonly ProducerAdapter[] = [
  conforming('engine by activemq-classic', (context) => new ClassicEngine(context)),
  conforming(
    'engine by activemq-classic with an outbox',
    (context) => new DeferredClassic(context),
  ),
  windowless,
];
