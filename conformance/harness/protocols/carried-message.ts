// Which message of the case a message of the wire is, and what it says of itself. What a protocol or a client does
// not carry counts as it was sent: nobody can tell.
//
// The adapter lets the id of each message travel where a client lets it: in the correlation id, else in another
// header or property that the protocol's page names, else at the start of the body.
import type { OutgoingMessage } from '../../../spec/events/message.ts';
import { protocolFault, type SentMessage, type WirePort } from './protocol.ts';

/** A message as a frame carries it. */
export interface CarriedMessage extends Partial<Omit<OutgoingMessage, 'id' | 'destination'>> {
  /** What may be its id, the likeliest first. */
  readonly ids: readonly (string | undefined)[];
  readonly body: Buffer;
  /** Its bytes are not those of the body that was given. */
  readonly isCompressed?: boolean;
  /** What the protocol calls its destination; several, where it takes them together. */
  readonly destinations: readonly (string | undefined)[];
}

/** What to do about a message that nobody knows. */
const ADVICE = 'let the adapter put the id of the message that it was asked to send';

/** The message of a frame. `frame` and `place` are words for a fault: which frame, and where the id belongs. */
export function carriedMessage(
  { ids, body, isCompressed = false, destinations, ...fields }: CarriedMessage,
  port: Pick<WirePort, 'sent'>,
  frame: string,
  place: string,
): OutgoingMessage {
  const named = ids.filter((id) => id !== undefined && id !== '');
  const id = named.find((one) => port.sent(one!));
  const inBody = id === undefined ? idAtStartOf(body) : undefined;
  const sent = port.sent(id ?? inBody ?? '');
  if (!sent) {
    const what =
      named.length > 0 ? `is no message of this case (${named.join(', ')})` : 'carries no id';
    throw protocolFault(
      `its client sent ${frame}, which ${what}: ${ADVICE} into ${place}, or at the start of the body`,
    );
  }
  // A body that says who it is has no bytes to spare.
  const size = inBody === undefined && !isCompressed ? { size: body.length } : {};
  return { ...sent.message, ...size, ...fields, ...elsewhere(destinations, sent) };
}

/** Ids are a letter and numbers: m1, m2.3. */
function idAtStartOf(body: Buffer): string | undefined {
  return /^["'{\s]*(?:"?id"?\s*[:=]\s*"?)?([a-z]+\d+(?:\.\d+)?)(?![\w.]*\w)/i.exec(
    body.subarray(0, 200).toString('latin1'),
  )?.[1];
}

/** Protocols put the kind of a destination before its name: /queue/a, queue://a. */
function elsewhere(
  carried: readonly (string | undefined)[],
  { destination }: SentMessage,
): Pick<OutgoingMessage, 'destination'> {
  const names = carried.filter((name): name is string => name !== undefined && name !== '');
  const isIt = (name: string) => name === destination || name.endsWith(`/${destination}`);
  const [first] = names;
  return first === undefined || names.some(isIt) ? {} : { destination: first.replace(KIND, '') };
}

const KIND = /^(?:\/(?:queue|topic|exchange)\/|(?:queue|topic):\/\/)/;
