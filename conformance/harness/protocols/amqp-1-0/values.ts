// AMQP 1.0 values (OASIS AMQP 1.0, part 1): a byte says of what type each is. What a broker of producers does not
// look into, such as a UUID or a decimal, is left as bytes.
import type { FieldReader } from '../field-reader.ts';
import { codeOf } from './codes.ts';

/** A value; undefined: null. Symbols are strings, arrays are lists. */
export type Value =
  | undefined
  | boolean
  | number
  | string
  | Buffer
  | Described
  | readonly Value[]
  | Values;
export type Values = ReadonlyMap<Value, Value>;

/** A value with a descriptor, whose number says what it means. */
export class Described {
  readonly code: number | undefined;
  readonly value: Value;

  constructor(descriptor: Value, value: Value) {
    this.code = codeOf(descriptor);
    this.value = value;
  }

  /** Its fields, if it is a composite. */
  get fields(): readonly Value[] {
    return Array.isArray(this.value) ? (this.value as readonly Value[]) : [];
  }
}

/** A field of a performative, with its bytes. */
export interface Field {
  readonly value: Value;
  readonly bytes: Buffer;
}

/** Values within values, at most. */
const MAX_DEPTH = 32;
const DESCRIBED = 0x00;

/** Reads one value. */
export function readValue(fields: FieldReader, depth = 0): Value {
  if (depth > MAX_DEPTH) throw fields.fault('holds values within values without end');
  const type = fields.byte();
  if (type !== DESCRIBED) return readOf(type, fields, depth);
  const descriptor = readValue(fields, depth + 1);
  return new Described(descriptor, readValue(fields, depth + 1));
}

/** Reads what a frame begins with: a number that says what it asks, and its fields. */
export function readPerformative(fields: FieldReader): {
  readonly code: number;
  readonly fields: readonly Field[];
} {
  const isDescribed = fields.byte() === DESCRIBED;
  const code = isDescribed ? codeOf(readValue(fields)) : undefined;
  if (code === undefined) throw fields.fault('begins with no performative');
  const count = countOf(fields.byte(), fields);
  if (count === undefined) throw fields.fault('has a performative without fields');
  return { code, fields: Array.from({ length: count }, () => readField(fields)) };
}

function readField(fields: FieldReader): Field {
  let value: Value;
  const bytes = fields.span(() => (value = readValue(fields)));
  return { value, bytes };
}

/** The number of a list's entries; absent: it is no list. */
function countOf(type: number, fields: FieldReader): number | undefined {
  if (type === 0x45) return 0;
  if (type !== 0xc0 && type !== 0xd0) return undefined;
  return boundedCount(type === 0xc0, fields);
}

/** Entries take bytes: more of them than bytes are none. */
function boundedCount(isShort: boolean, fields: FieldReader): number {
  const next = () => (isShort ? fields.byte() : fields.int());
  next(); // Their length in bytes, which their number says as well.
  const count = next();
  if (count < 0 || count > fields.left) throw fields.fault(`announces ${count >>> 0} values`);
  return count;
}

function readOf(type: number, fields: FieldReader, depth: number): Value {
  const simple = SIMPLE[type];
  if (simple) return simple(fields);
  const isShort = type < 0xd0 || type === 0xe0;
  const readEach = (read: () => Value) =>
    Array.from({ length: boundedCount(isShort, fields) }, read);
  const readNext = () => readValue(fields, depth + 1);
  switch (type) {
    case 0xc0:
    case 0xd0:
      return readEach(readNext);
    case 0xc1:
    case 0xd1:
      return mapOf(readEach(readNext));
    case 0xe0:
    case 0xf0:
      return readArray(boundedCount(isShort, fields), fields, depth);
    default:
      throw fields.fault(`holds a value of an unknown type (${type.toString(16)})`);
  }
}

/** The entries of an array have their type in common, and perhaps their descriptor. */
function readArray(length: number, fields: FieldReader, depth: number): Value {
  let type = fields.byte();
  const descriptor = type === DESCRIBED ? readValue(fields, depth + 1) : undefined;
  if (descriptor !== undefined) type = fields.byte();
  const entries = Array.from({ length }, () => readOf(type, fields, depth + 1));
  return descriptor === undefined ? entries : entries.map((one) => new Described(descriptor, one));
}

function mapOf(entries: readonly Value[]): Values {
  const pairs = entries.flatMap((key, at) =>
    at % 2 === 0 ? [[key, entries[at + 1]] as const] : [],
  );
  return new Map(pairs);
}

const signed = (byte: number) => (byte << 24) >> 24;
const shortText = (fields: FieldReader) => fields.raw(fields.byte()).toString();
const text = (fields: FieldReader) => fields.raw(fields.int()).toString();

const SIMPLE: Readonly<Record<number, (fields: FieldReader) => Value>> = {
  0x40: () => undefined,
  0x41: () => true,
  0x42: () => false,
  0x43: () => 0,
  0x44: () => 0,
  0x45: () => [],
  0x50: (fields) => fields.byte(),
  0x51: (fields) => signed(fields.byte()),
  0x52: (fields) => fields.byte(),
  0x53: (fields) => fields.byte(),
  0x54: (fields) => signed(fields.byte()),
  0x55: (fields) => signed(fields.byte()),
  0x56: (fields) => fields.bool(),
  0x60: (fields) => fields.short(),
  0x61: (fields) => (fields.short() << 16) >> 16,
  0x70: (fields) => fields.int() >>> 0,
  0x71: (fields) => fields.int(),
  0x72: (fields) => fields.raw(4).readFloatBE(),
  0x73: (fields) => fields.raw(4),
  0x74: (fields) => fields.raw(4),
  0x80: (fields) => fields.long(),
  0x81: (fields) => fields.long(),
  0x82: (fields) => fields.raw(8).readDoubleBE(),
  0x83: (fields) => fields.long(),
  0x84: (fields) => fields.raw(8),
  0x94: (fields) => fields.raw(16),
  0x98: (fields) => fields.raw(16),
  0xa0: (fields) => fields.raw(fields.byte()),
  0xa1: shortText,
  0xa3: shortText,
  0xb0: (fields) => fields.raw(fields.int()),
  0xb1: text,
  0xb3: text,
};
