// STOMP frames (https://stomp.github.io/stomp-specification-1.2.html): a command, headers, a body, and a NUL. Lines
// end in \n or \r\n; between frames a line end is a heart-beat, and means nothing.
//
//   SEND\n
//   destination:/queue/tck\n
//   content-length:2\n          without it the body ends at the first NUL
//   \n
//   hi\0
import type { Cut } from '../frame-splitter.ts';
import { protocolFault, shownBytes } from '../protocol.ts';

/** A frame. Of headers that are repeated, the first counts. */
export interface Frame {
  readonly command: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Bytes of command and headers, and of a body, at most. */
const MAX_HEAD = 64 * 1024;
const MAX_BODY = 16 * 1024 * 1024;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** Looks for a frame at the start of some bytes. Throws an `AdapterFault` for what can be none. */
export function cutFrame(bytes: Buffer): Cut<Frame> {
  let start = 0;
  while (bytes[start] === LINE_FEED || bytes[start] === RETURN) start += 1;
  const head = endOfHead(bytes, start);
  if (head === undefined) {
    if (bytes.length - start > MAX_HEAD)
      throw unreadable('has no end to its headers', bytes, start);
    return { needs: bytes.length + 1 };
  }
  const { command, headers } = parseHead(bytes, start, head.end);
  const length = lengthOf(headers, bytes, start);
  if (length !== undefined && bytes.length <= head.body + length)
    return { needs: head.body + length + 1 };
  const end = length === undefined ? bytes.indexOf(0, head.body) : head.body + length;
  if (end < 0) {
    if (bytes.length - head.body > MAX_BODY) throw unreadable('has no end', bytes, start);
    return { needs: bytes.length + 1 };
  }
  if (bytes[end] !== 0)
    throw unreadable(`does not end in a NUL behind its content-length of ${length}`, bytes, start);
  return { frame: { command, headers, body: bytes.subarray(head.body, end) }, end: end + 1 };
}

/** The bytes of a frame. */
export function encodeFrame(
  command: string,
  headers: Readonly<Record<string, string | undefined>>,
  body = '',
): Buffer {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${escaped(name)}:${escaped(value)}`],
  );
  return Buffer.from(`${[command, ...lines].join('\n')}\n\n${body}\0`);
}

/** Where command and headers end, and where the body begins: at the first empty line. */
function endOfHead(bytes: Buffer, start: number): { end: number; body: number } | undefined {
  const within = bytes.subarray(0, start + MAX_HEAD);
  for (
    let end = within.indexOf(LINE_FEED, start);
    end >= 0;
    end = within.indexOf(LINE_FEED, end + 1)
  ) {
    const next = bytes[end + 1] === RETURN ? end + 2 : end + 1;
    if (bytes[next] === LINE_FEED) return { end, body: next + 1 };
  }
  return undefined;
}

function parseHead(
  bytes: Buffer,
  start: number,
  end: number,
): { command: string; headers: Map<string, string> } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end));
  } catch {
    throw unreadable('has headers that are not UTF-8', bytes, start);
  }
  const [command = '', ...lines] = text.split('\n').map((line) => line.replace(/\r$/, ''));
  // So that older brokers can read them, the frames of the handshake escape nothing.
  const read = command === 'CONNECT' ? (raw: string) => raw : unescaped;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 0) throw unreadable(`has a header without a colon (${line})`, bytes, start);
    const [name, value] = [read(line.slice(0, colon)), read(line.slice(colon + 1))];
    if (name === undefined || value === undefined)
      throw unreadable(`has a header with an unknown escape (${line})`, bytes, start);
    if (!headers.has(name)) headers.set(name, value);
  }
  return { command, headers };
}

function lengthOf(
  headers: ReadonlyMap<string, string>,
  bytes: Buffer,
  start: number,
): number | undefined {
  const text = headers.get('content-length');
  if (text === undefined) return undefined;
  const length = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (length <= MAX_BODY) return length;
  throw unreadable(
    `has a content-length of ${text}; the kit takes up to ${MAX_BODY}`,
    bytes,
    start,
  );
}

const ESCAPES = { '\\': '\\\\', '\r': '\\r', '\n': '\\n', ':': '\\c' } as const;
const UNESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', c: ':', '\\': '\\' };

function escaped(text: string): string {
  return text.replaceAll(/[\\\r\n:]/g, (one) => ESCAPES[one as keyof typeof ESCAPES]);
}

/** Absent: there is an escape that the standard forbids. */
function unescaped(text: string): string | undefined {
  if (/\\(?![rnc\\])/.test(text.replaceAll('\\\\', ''))) return undefined;
  return text.replaceAll(/\\([rnc\\])/g, (_, one: string) => UNESCAPES[one]!);
}

function unreadable(what: string, bytes: Buffer, start: number) {
  return protocolFault(
    `its client sent a STOMP frame that ${what}: ${shownBytes(bytes.subarray(start))}`,
  );
}
