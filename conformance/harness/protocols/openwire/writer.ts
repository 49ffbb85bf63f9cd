// The frames that a broker writes, in the loose encoding. A frame is its length (4 bytes), its type, and its fields.

/** The version that all clients know that have a window at all; they know higher ones, and take the lower of the two. */
export const VERSION = 9;
/** The least that is read as version 9: between, the fields differ. */
export const LEAST_VERSION = 9;
export const MAGIC = 'ActiveMQ';
/** Bytes of a frame, at most. */
export const MAX_FRAME = 16 * 1024 * 1024;

/** The broker's side of the handshake: without any of the options, the wire is plain. */
export function wireFormatInfo(): Buffer {
  const properties = Buffer.concat([
    int(Object.keys(OPTIONS).length),
    ...Object.entries(OPTIONS).map(([name, value]) =>
      Buffer.concat([rawText(name), primitive(value)]),
    ),
  ]);
  return frame(1, Buffer.from(MAGIC), int(VERSION), flag(true), int(properties.length), properties);
}

/** Both sides must wish for an option, and of two durations the lower counts; 0 turns the heartbeat off. */
const OPTIONS = {
  TightEncodingEnabled: false,
  CacheEnabled: false,
  SizePrefixDisabled: false,
  StackTraceEnabled: false,
  TcpNoDelayEnabled: true,
  MaxInactivityDuration: 0n,
  // Spelt so.
  MaxInactivityDurationInitalDelay: 0n,
  MaxFrameSize: BigInt(MAX_FRAME),
};

/** The command `correlationId` was done. */
export function response(correlationId: number): Buffer {
  return frame(30, HEADER, int(correlationId));
}

/** The command `correlationId` was refused. A client makes the error by its class. */
export function exceptionResponse(correlationId: number, error: WireError): Buffer {
  return frame(31, HEADER, int(correlationId), encoded(error));
}

/** Something went wrong that no command waits for. */
export function connectionError(error: WireError): Buffer {
  return frame(16, HEADER, encoded(error), flag(false));
}

/** Gives window space back. `producerId`: as it came, an object field. */
export function producerAck(producerId: Buffer, size: number): Buffer {
  return frame(19, HEADER, producerId, int(size));
}

/** An error as clients make it anew. */
export interface WireError {
  readonly type: string;
  readonly message: string;
}

function encoded({ type, message }: WireError): Buffer {
  return Buffer.concat([flag(true), flag(true), rawText(type), flag(true), rawText(message)]);
}

function frame(type: number, ...fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from([type]), ...fields]);
  return Buffer.concat([int(body.length), body]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function flag(value: boolean): Buffer {
  return Buffer.from([value ? 1 : 0]);
}

function rawText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function primitive(value: boolean | bigint): Buffer {
  if (typeof value === 'boolean') return Buffer.from([1, value ? 1 : 0]);
  const long = Buffer.alloc(9, 6);
  long.writeBigInt64BE(value, 1);
  return long;
}

/** A command id, which nobody looks at, and that no response is wanted. */
const HEADER = Buffer.alloc(5);
