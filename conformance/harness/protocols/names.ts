// The protocols that the kit's own broker speaks, by the names that `--speaks` takes.

/** All of them. */
export const PROTOCOL_NAMES = [
  'amqp-0-9-1',
  'amqp-1.0',
  'mqtt',
  'nats',
  'openwire',
  'stomp',
  'stomp-activemq',
] as const;
/** One of them. */
export type ProtocolName = (typeof PROTOCOL_NAMES)[number];
