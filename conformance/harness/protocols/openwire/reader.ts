// Reads the fields of one OpenWire frame, in the loose encoding: plain values, one behind the other. Every read is
// within the frame, or a fault that quotes it.
import { protocolFault, shownBytes } from '../protocol.ts';

/** Walks over a frame, from its type on. */
export class FieldReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.#take(1).readUInt8();
  }

  bool(): boolean {
    return this.byte() !== 0;
  }

  short(): number {
    return this.#take(2).readUInt16BE();
  }

  int(): number {
    return this.#take(4).readInt32BE();
  }

  /** Exact up to 2^53, which no time and no counter exceeds. */
  long(): number {
    return Number(this.#take(8).readBigInt64BE());
  }

  raw(length: number): Buffer {
    return this.#take(length);
  }

  /** A text that may be null. */
  text(): string | undefined {
    return this.bool() ? modifiedUtf8(this.#take(this.short())) : undefined;
  }

  /** Bytes that may be null. */
  bytes(): Buffer | undefined {
    return this.bool() ? this.#take(this.int()) : undefined;
  }

  /** An object that may be null; `read` is given its type, and reads its fields. */
  object<T>(read: (type: number) => T): T | undefined {
    if (!this.bool()) return undefined;
    const type = this.byte();
    return type === 0 ? undefined : read(type);
  }

  /** What `read` walks over, as bytes. */
  span(read: () => void): Buffer {
    const from = this.#at;
    read();
    return this.#bytes.subarray(from, this.#at);
  }

  /** A fault of the client's, about this frame. */
  fault(what: string) {
    return protocolFault(`its client sent an OpenWire frame that ${what}: ${this.shown()}`);
  }

  shown(): string {
    return shownBytes(this.#bytes);
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length)
      throw this.fault(`is too short for its fields (${length} bytes at ${this.#at})`);
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** Java's own: U+0000 takes two bytes, and each UTF-16 unit is written by itself. */
function modifiedUtf8(bytes: Buffer): string {
  const units: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    if (first < 0x80) {
      units.push(first);
      at += 1;
    } else if (first < 0xe0) {
      units.push(((first & 0x1f) << 6) | (second & 0x3f));
      at += 2;
    } else {
      units.push(((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f));
      at += 3;
    }
  }
  return units.map((unit) => String.fromCharCode(unit)).join('');
}
