// A message of AMQP 1.0 (part 3): sections, each a described value. What its header leaves out counts as it was sent.
import type { CarriedMessage } from '../carried-message.ts';
import type { FieldReader } from '../field-reader.ts';
import { CODE } from './codes.ts';
import { Described, readValue, type Value, type Values } from './values.ts';

/** Application properties that may hold the id of a message. */
const ID_PROPERTIES = ['id', 'messageId'] as const;

/** A message's sections by their codes; of those that may be repeated, all. */
export type Sections = ReadonlyMap<number, readonly Value[]>;

export function readSections(fields: FieldReader): Sections {
  const sections = new Map<number, Value[]>();
  while (fields.left > 0) {
    const section = readValue(fields);
    if (!(section instanceof Described) || section.code === undefined)
      throw fields.fault('holds a section of a message without a code');
    const others = sections.get(section.code) ?? [];
    sections.set(section.code, [...others, section.value]);
  }
  return sections;
}

/** The one value that is a message's body, if it is one. */
export function valueOf(sections: Sections): Value {
  return sections.get(CODE['amqp-value'])?.[0];
}

/** What a message says of itself. `address`: of the link that it came by. */
export function describedBy(sections: Sections, address: string | undefined): CarriedMessage {
  const fieldsOf = (code: number) => {
    const [fields] = sections.get(code) ?? [];
    return Array.isArray(fields) ? (fields as readonly Value[]) : [];
  };
  const [durable, priority, ttl] = fieldsOf(CODE.header);
  const [messageId, , to, , , correlationId] = fieldsOf(CODE.properties);
  const [application] = sections.get(CODE['application-properties']) ?? [];
  const body = bodyOf(sections);
  const ids = [correlationId, messageId, ...idsIn(application), ...idsIn(valueOf(sections))];
  return {
    ids: ids.map(textOf),
    body: body ?? Buffer.alloc(0),
    isCompressed: body === undefined,
    destinations: [textOf(to), address],
    ...(typeof durable === 'boolean' && {
      deliveryMode: durable ? ('persistent' as const) : ('non-persistent' as const),
    }),
    ...(typeof priority === 'number' && { priority }),
    ...(typeof ttl === 'number' && { timeToLiveMs: ttl }),
  };
}

/** The bytes of a body that is made of text and bytes alone; absent: it is made of something else. */
function bodyOf(sections: Sections): Buffer | undefined {
  const sequences = sections.get(CODE['amqp-sequence']) ?? [];
  const entries = sequences.flatMap((one): readonly Value[] => (Array.isArray(one) ? one : [one]));
  const values = sections.get(CODE['amqp-value']) ?? [];
  const parts = [...(sections.get(CODE.data) ?? []), ...entries, ...values].map((part) =>
    typeof part === 'string' ? Buffer.from(part) : part,
  );
  const known = parts.filter((part) => Buffer.isBuffer(part));
  return known.length === parts.length ? Buffer.concat(known) : undefined;
}

function idsIn(value: Value): readonly Value[] {
  return value instanceof Map ? ID_PROPERTIES.map((name) => (value as Values).get(name)) : [];
}

function textOf(value: Value): string | undefined {
  if (Buffer.isBuffer(value)) return value.toString();
  return typeof value === 'string' ? value : undefined;
}
