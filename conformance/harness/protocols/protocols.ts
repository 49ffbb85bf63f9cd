// The protocols that the kit's own broker speaks, by the names that users give them. Each is loaded when it is asked for.
import type { Protocol } from './protocol.ts';

const LOADERS = {
  'amqp-0-9-1': async () => (await import('./amqp-0-9-1/amqp-0-9-1.ts')).AMQP_0_9_1,
  openwire: async () => (await import('./openwire/openwire.ts')).OPENWIRE,
  stomp: async () => (await import('./stomp/stomp.ts')).STOMP,
} satisfies Record<string, () => Promise<Protocol>>;

/** A protocol's name, as `--speaks` takes it. */
export type ProtocolName = keyof typeof LOADERS;
/** All of them. */
export const PROTOCOL_NAMES = Object.keys(LOADERS) as ProtocolName[];

/** A protocol by its name; without one, the kit's own. */
export async function loadProtocol(name: ProtocolName | undefined): Promise<Protocol> {
  return name === undefined ? (await import('./json-lines.ts')).JSON_LINES : LOADERS[name]();
}
