// NATS operations (https://docs.nats.io/reference/reference-protocols/nats-protocol): a line of words, and behind PUB and
// HPUB a payload, as long as the line says, with a line end of its own. Lines end in \r\n; \n alone will do.
//
//   PUB tck _INBOX.a.1 2\r\n
//   hi\r\n
//   HPUB tck _INBOX.a.2 27 29\r\n        the length of the headers, then that of all
//   NATS/1.0\r\nNats-Msg-Id: m1\r\n\r\nhi\r\n
import type { Cut } from '../frame-splitter.ts';
import { protocolFault, shownBytes } from '../protocol.ts';

/** What a client says. */
export interface Operation {
  /** In upper case. */
  readonly verb: string;
  /** The words behind it, without lengths. */
  readonly words: readonly string[];
  /** By their names in lower case. Of headers that are repeated, the first counts. */
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Buffer;
}

/** Bytes of a line, and of a payload with its headers, at most. The handshake says the latter. */
const MAX_LINE = 64 * 1024;
export const MAX_PAYLOAD = 1024 * 1024;
const LINE_FEED = 0x0a;
const HEADERS_BEGIN = 'NATS/1.0';
const NOTHING = { headers: new Map<string, string>(), payload: Buffer.alloc(0) };

/** Looks for an operation at the start of some bytes. Throws an `AdapterFault` for what can be none. */
export function cutOperation(bytes: Buffer): Cut<Operation> {
  const feed = bytes.subarray(0, MAX_LINE).indexOf(LINE_FEED);
  if (feed < 0) {
    if (bytes.length > MAX_LINE) throw unreadable('has no end to its line', bytes);
    return { needs: bytes.length + 1 };
  }
  const line = bytes.subarray(0, feed).toString().trimEnd();
  const [verb = '', ...words] = line.split(/[ \t]+/);
  const lengths = verb.toUpperCase() === 'PUB' ? 1 : verb.toUpperCase() === 'HPUB' ? 2 : 0;
  const operation = { verb: verb.toUpperCase(), words, ...NOTHING };
  if (lengths === 0) return { frame: operation, end: feed + 1 };
  const [head, length] = lengthsOf(words.slice(-lengths), bytes);
  const body = feed + 1;
  const end = endOfLine(bytes, body + length);
  if (end === undefined) return { needs: Math.max(bytes.length, body + length) + 1 };
  const headers = headersIn(bytes.subarray(body, body + head), bytes);
  const payload = bytes.subarray(body + head, body + length);
  return { frame: { ...operation, words: words.slice(0, -lengths), headers, payload }, end };
}

/** The bytes of a message to a subscription. */
export function encodeMessage(subject: string, subscription: string, payload: string): Buffer {
  const length = Buffer.byteLength(payload);
  return Buffer.from(`MSG ${subject} ${subscription} ${length}\r\n${payload}\r\n`);
}

/** How many bytes are headers, and how many there are in all. */
function lengthsOf(words: readonly string[], bytes: Buffer): [number, number] {
  const numbers = words.map((word) => (/^\d+$/.test(word) ? Number(word) : Number.NaN));
  const length = numbers.at(-1) ?? Number.NaN;
  const head = numbers.length > 1 ? numbers[0]! : 0;
  if (!(length <= MAX_PAYLOAD))
    throw unreadable(`has a length of ${words.at(-1)}; the kit takes up to ${MAX_PAYLOAD}`, bytes);
  if (!(head <= length)) throw unreadable(`has ${words[0]} bytes of headers in ${length}`, bytes);
  return [head, length];
}

/** The byte behind the line end at some place; absent: it has not come. */
function endOfLine(bytes: Buffer, at: number): number | undefined {
  if (bytes.length <= at) return undefined;
  if (bytes[at] === LINE_FEED) return at + 1;
  if (bytes[at] !== 0x0d) throw unreadable('goes on behind its payload', bytes);
  if (bytes.length === at + 1) return undefined;
  if (bytes[at + 1] !== LINE_FEED) throw unreadable('goes on behind its payload', bytes);
  return at + 2;
}

function headersIn(head: Buffer, bytes: Buffer): ReadonlyMap<string, string> {
  if (head.length === 0) return NOTHING.headers;
  const [first, ...lines] = head.toString().split('\r\n');
  if (!first!.startsWith(HEADERS_BEGIN))
    throw unreadable(`has headers that do not begin with ${HEADERS_BEGIN}`, bytes);
  const headers = new Map<string, string>();
  for (const line of lines.filter((one) => one !== '')) {
    const colon = line.indexOf(':');
    if (colon < 0) throw unreadable(`has a header without a colon (${line})`, bytes);
    const name = line.slice(0, colon).toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}

function unreadable(what: string, bytes: Buffer) {
  return protocolFault(`its client sent a NATS operation that ${what}: ${shownBytes(bytes)}`);
}
