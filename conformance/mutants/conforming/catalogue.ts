// Every conforming producer: quite different builds, which no rule may accuse.
import { CAPABILITIES } from '../../../spec/events/settings.ts';
import { defineAdapter, type ProducerAdapter } from '../../adapter.ts';
import { deferred } from '../builds.ts';
import { Engine } from '../engine.ts';
import type { Job } from '../calls.ts';
import { kindOf } from '../fault.ts';
import { batchesOnImmediate, batchesOnTimeout } from './batches.ts';
import { callbacks } from './callbacks.ts';
import { conforming } from './entrance.ts';
import { permits } from './permits.ts';
import { promiseChain } from './promise-chain.ts';
import { stateMachine } from './state-machine.ts';
import { windowless } from './windowless.ts';

const HEADER_BYTES = 100;
const LINGER_MS = 5;

/** Charges a header with each message, and holds every write for some milliseconds. */
class Lingering extends deferred(Engine) {
  override sizeOf({ message }: Job): number {
    return message.size + HEADER_BYTES;
  }

  override later(flush: () => void): void {
    setTimeout(flush, LINGER_MS);
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

const Deferred = deferred(Engine);

/** Every conforming producer. The first is the engine of which all mutants are deviations. */
export const CONFORMING: readonly ProducerAdapter[] = [
  conforming('engine: a queue and a pump', (context) => new Engine(context)),
  conforming('engine with an outbox', (context) => new Deferred(context)),
  lingering,
  promiseChain,
  batchesOnTimeout,
  batchesOnImmediate,
  permits,
  callbacks,
  stateMachine,
  windowless,
];
