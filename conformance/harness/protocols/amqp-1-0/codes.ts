// What values with a descriptor mean in AMQP 1.0: each has a number, and a name for those who write symbols.

/** What a broker reads and writes. */
export const CODE = {
  open: 0x10,
  begin: 0x11,
  attach: 0x12,
  flow: 0x13,
  transfer: 0x14,
  disposition: 0x15,
  detach: 0x16,
  end: 0x17,
  close: 0x18,
  error: 0x1d,
  accepted: 0x24,
  rejected: 0x25,
  coordinator: 0x30,
  declare: 0x31,
  discharge: 0x32,
  declared: 0x33,
  'transactional-state': 0x34,
  'sasl-mechanisms': 0x40,
  'sasl-init': 0x41,
  'sasl-outcome': 0x44,
  header: 0x70,
  properties: 0x73,
  'application-properties': 0x74,
  data: 0x75,
  'amqp-sequence': 0x76,
  'amqp-value': 0x77,
} as const;

/** The number of a descriptor: `amqp:open:list` is another word for 0x10. Absent: it is none of these. */
export function codeOf(descriptor: unknown): number | undefined {
  if (typeof descriptor !== 'string')
    return typeof descriptor === 'number' ? descriptor : undefined;
  const [, name] = /^amqp:([a-z-]+):/.exec(descriptor) ?? [];
  return name !== undefined && Object.hasOwn(CODE, name)
    ? CODE[name as keyof typeof CODE]
    : undefined;
}
