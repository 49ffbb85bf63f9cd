// What a broker writes in AMQP 1.0: values of the few types that its answers are made of.

export const NULL = Buffer.from([0x40]);

export function boolean(value: boolean): Buffer {
  return Buffer.from([value ? 0x41 : 0x42]);
}

export function ubyte(value: number): Buffer {
  return Buffer.from([0x50, value]);
}

export function ushort(value: number): Buffer {
  return Buffer.from([0x60, value >> 8, value & 0xff]);
}

export function uint(value: number): Buffer {
  return Buffer.concat([Buffer.from([0x70]), int(value)]);
}

export function binary(value: Buffer): Buffer {
  return sized(0xb0, value);
}

export function string(value: string): Buffer {
  return sized(0xb1, Buffer.from(value));
}

export function symbol(value: string): Buffer {
  return sized(0xb3, Buffer.from(value));
}

/** An array of symbols. */
export function symbols(values: readonly string[]): Buffer {
  const entries = values.map((value) => symbol(value).subarray(1));
  return sized(0xf0, Buffer.concat([int(values.length), Buffer.from([0xb3]), ...entries]));
}

/** A value with fields, whose meaning the code says. */
export function composite(code: number, ...fields: readonly Buffer[]): Buffer {
  return described(code, sized(0xd0, Buffer.concat([int(fields.length), ...fields])));
}

/** A value whose meaning the code says. */
export function described(code: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x00, 0x53, code]), value]);
}

function sized(type: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), int(value.length), value]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
