// Producers that conform to profiles which are neither strict nor activemq-classic, by the profile.
import type { ProfileName } from '../../../spec/model/profile.ts';
import type { ProducerAdapter } from '../../adapter.ts';
import { deferred } from '../builds.ts';
import { Engine } from '../engine.ts';
import { bounded } from '../max-block.ts';
import { adapterOf } from '../mutant.ts';
import { chargingEverySend, failingFast, freeingInTheEnd, PermitEngine } from './engines.ts';
import { asJakarta, closingGently, failingInCallbacks } from './jakarta.ts';
import { SEMAPHORES } from './semaphore.ts';

/** Those of a profile; none: its conforming producers stand elsewhere. */
export const CONFORMING_TO: Readonly<Partial<Record<ProfileName, readonly ProducerAdapter[]>>> = {
  messages: [
    adapterOf('permits', PermitEngine),
    adapterOf('permits and an outbox', deferred(PermitEngine)),
    adapterOf('permits for every send', chargingEverySend(PermitEngine)),
    adapterOf('permits for every send and an outbox', deferred(chargingEverySend(PermitEngine))),
    ...SEMAPHORES,
  ],
  kafka: [
    adapterOf('a buffer', chargingEverySend(Engine)),
    adapterOf('a buffer and an outbox', deferred(chargingEverySend(Engine))),
    adapterOf('a buffer that is freed in the end', freeingInTheEnd(Engine)),
    adapterOf('a buffer with a bounded wait', bounded(chargingEverySend(Engine)), {
      claims: ['max-block'],
    }),
  ],
  'fail-fast': [
    adapterOf('full is an error', failingFast(Engine)),
    adapterOf('full is an error, with an outbox', deferred(failingFast(Engine))),
  ],
  jakarta: [
    adapterOf('callbacks in order', asJakarta(Engine)),
    adapterOf('callbacks in order, behind an outbox', asJakarta(deferred(Engine))),
    adapterOf('a close that lets go out what waits', closingGently(Engine)),
    adapterOf('failures in callbacks', failingInCallbacks(asJakarta(Engine))),
    adapterOf(
      'failures in callbacks, behind an outbox',
      failingInCallbacks(asJakarta(deferred(Engine))),
    ),
    adapterOf(
      'failures in callbacks, with a bounded wait',
      failingInCallbacks(asJakarta(bounded(Engine))),
      { claims: ['max-block'] },
    ),
  ],
};
