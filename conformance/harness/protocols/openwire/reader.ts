// The fields of OpenWire's loose encoding: plain values, one behind the other. What may be null begins with a bool.
import { FieldReader } from '../field-reader.ts';

/** Walks over a frame, from its type on. */
export class LooseReader extends FieldReader {
  constructor(bytes: Buffer) {
    super(bytes, 'an OpenWire');
  }

  /** A text that may be null. */
  text(): string | undefined {
    return this.bool() ? modifiedUtf8(this.raw(this.short())) : undefined;
  }

  /** Bytes that may be null. */
  bytes(): Buffer | undefined {
    return this.bool() ? this.raw(this.int()) : undefined;
  }

  /** An object that may be null; `read` is given its type, and reads its fields. */
  object<T>(read: (type: number) => T): T | undefined {
    if (!this.bool()) return undefined;
    const type = this.byte();
    return type === 0 ? undefined : read(type);
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
