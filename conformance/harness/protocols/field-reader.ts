// Reads the fields of one binary frame: every read is within the frame, or a fault that quotes it.
import { protocolFault, shownBytes } from './protocol.ts';

/** Walks over a frame. */
export class FieldReader {
  readonly #bytes: Buffer;
  readonly #title: string;
  #at = 0;

  /** `title`: the protocol, with its article, as in "an OpenWire". */
  constructor(bytes: Buffer, title: string) {
    this.#bytes = bytes;
    this.#title = title;
  }

  /** How many bytes there are behind what was read. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    return this.raw(1).readUInt8();
  }

  bool(): boolean {
    return this.byte() !== 0;
  }

  short(): number {
    return this.raw(2).readUInt16BE();
  }

  int(): number {
    return this.raw(4).readInt32BE();
  }

  /** Exact up to 2^53, which no time and no counter exceeds. */
  long(): number {
    return Number(this.raw(8).readBigInt64BE());
  }

  raw(length: number): Buffer {
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length)
      throw this.fault(`is too short for its fields (${length} bytes at ${this.#at})`);
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** What `read` walks over, as bytes. */
  span(read: () => void): Buffer {
    const from = this.#at;
    read();
    return this.#bytes.subarray(from, this.#at);
  }

  /** A fault of the client's, about this frame. */
  fault(what: string) {
    const shown = shownBytes(this.#bytes);
    return protocolFault(`its client sent ${this.#title} frame that ${what}: ${shown}`);
  }
}
