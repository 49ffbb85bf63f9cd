// Cuts a stream of bytes into frames, however it comes in chunks.

/** A frame and the byte behind it; or how many bytes there must be before it is worth while to look again. */
export type Cut<Frame> =
  | { readonly frame: Frame; readonly end: number }
  | { readonly needs: number };

/** Keeps the bytes of a frame that has begun. `cut` looks for a frame at the start of some bytes. */
export class FrameSplitter<Frame> {
  readonly #cut: (bytes: Buffer) => Cut<Frame>;
  #parts: Buffer[] = [];
  #length = 0;
  #needs = 1;

  constructor(cut: (bytes: Buffer) => Cut<Frame>) {
    this.#cut = cut;
  }

  /** The frames that end in this chunk, each cut only once the one before was taken. */
  *push(chunk: Buffer): Generator<Frame> {
    this.#parts.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#needs) {
      const bytes = this.#joined();
      const cut = this.#cut(bytes);
      if ('needs' in cut) this.#needs = Math.max(cut.needs, this.#length + 1);
      else {
        this.#keep(bytes.subarray(cut.end));
        yield cut.frame;
      }
    }
  }

  /** What has come of a frame that has not ended. */
  rest(): Buffer {
    return this.#joined();
  }

  #joined(): Buffer {
    if (this.#parts.length !== 1) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0]!;
  }

  #keep(bytes: Buffer): void {
    this.#parts = [bytes];
    this.#length = bytes.length;
    this.#needs = 1;
  }
}
