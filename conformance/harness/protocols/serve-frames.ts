// A client's bytes as frames, each taken as it ends, for any protocol that is made of frames.
import type { Duplex } from 'node:stream';
import { type Cut, FrameSplitter } from './frame-splitter.ts';
import { readFrames, shownBytes, type WirePort } from './protocol.ts';

/** What is done with the frames of one client. */
export interface FrameTaker<Frame> {
  /** One of them, as sentences name it: `an MQTT packet`. */
  readonly named: string;
  readonly cut: (bytes: Buffer) => Cut<Frame>;
  readonly take: (frame: Frame) => void;
  /** Called behind each chunk. */
  readonly nudge?: () => void;
  /** Whether some bytes behind the last frame begin no other. Default: only none at all. */
  readonly isBlank?: (rest: Buffer) => boolean;
}

/** Takes a client's frames until its stream ends. Returns a look at one that has begun and not ended, in words. */
export function serveFrames<Frame>(
  stream: Duplex,
  port: WirePort,
  { named, cut, take, nudge, isBlank = ({ length }) => length === 0 }: FrameTaker<Frame>,
): () => string {
  const splitter = new FrameSplitter(cut);
  const push = (chunk: Buffer) => {
    for (const frame of splitter.push(chunk)) take(frame);
    nudge?.();
  };
  const rest = () => {
    const bytes = splitter.rest();
    return isBlank(bytes) ? '' : `${named}: ${shownBytes(bytes)}`;
  };
  return readFrames(stream, { push, rest }, port);
}
