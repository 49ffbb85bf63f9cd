// The protocols that the kit's own broker speaks. Each is loaded when it is asked for.
import { AdapterFault } from '../harness.ts';
import type { ProtocolName } from './names.ts';
import type { Protocol } from './protocol.ts';

const LOADERS = {
  'amqp-0-9-1': async () => (await import('./amqp-0-9-1/amqp-0-9-1.ts')).AMQP_0_9_1,
  'amqp-1.0': async () => (await import('./amqp-1-0/amqp-1-0.ts')).AMQP_1_0,
  mqtt: () => withPackage('mqtt-packet@9', async () => (await import('./mqtt/mqtt.ts')).MQTT),
  nats: async () => (await import('./nats/nats.ts')).NATS,
  openwire: async () => (await import('./openwire/openwire.ts')).OPENWIRE,
  stomp: async () => (await import('./stomp/stomp.ts')).STOMP,
  'stomp-activemq': async () => (await import('./stomp/stomp.ts')).STOMP_OF_ACTIVEMQ,
} satisfies Record<ProtocolName, () => Promise<Protocol>>;

/** A protocol by its name; without one, the kit's own. */
export async function loadProtocol(name: ProtocolName | undefined): Promise<Protocol> {
  return name === undefined ? (await import('./json-lines.ts')).JSON_LINES : LOADERS[name]();
}

/** Loads what needs a package that users install only if they ask for it. `wanted`: its name and version. */
export async function withPackage<T>(wanted: string, load: () => Promise<T>): Promise<T> {
  const [name] = wanted.split('@');
  return load().catch((cause: Error & { readonly code?: string }) => {
    if (cause.code !== 'ERR_MODULE_NOT_FOUND' || !cause.message.includes(`'${name}'`)) throw cause;
    const advice = `install it next to producer-tck: npm install --save-dev ${wanted}`;
    throw new AdapterFault('not-loadable', `the kit needs the package ${name} for this: ${advice}`);
  });
}
