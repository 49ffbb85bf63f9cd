// What a broker can say in each protocol. It is data, so that scenarios are shaped by it before anything is spoken.
import type { Sayable } from '../../cases/sayable.ts';
import type { ProtocolName } from './names.ts';

/** By the names that `--speaks` takes. */
export const SAYS = {
  // A commit cannot be refused: the standard knows no answer that says so and leaves the channel open.
  'amqp-0-9-1': { refuses: ['message'] },
  'amqp-1.0': { refuses: ['message', 'commit'] },
  mqtt: { refuses: ['message'] },
  nats: { refuses: ['message'] },
  openwire: { refuses: ['message', 'commit', 'rollback'] },
  stomp: { refuses: ['message', 'begin', 'commit', 'rollback'], refusalEndsConnection: true },
  'stomp-activemq': { refuses: ['message', 'begin', 'commit', 'rollback'] },
} as const satisfies Record<ProtocolName, Sayable>;
