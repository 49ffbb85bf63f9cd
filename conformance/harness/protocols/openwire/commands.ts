// What a broker reads of the commands of a producer, in version 9. All but WireFormatInfo begin with a command id and
// with whether a response is wanted; only these commands need more than that:
//
//   ProducerInfo     object producerId, object destination, objects brokerPath, bool dispatchAsync, int windowSize
//   TransactionInfo  object connectionId, object transactionId, byte action
//   message          objects producerId, destination, transactionId, originalDestination, messageId,
//                    originalTransactionId; text groupId, int groupSequence, text correlationId, bool persistent,
//                    long expiration, byte priority, object replyTo, long timestamp, text jmsType, bytes content,
//                    bytes properties, object dataStructure, object targetConsumerId, bool compressed, …
import type { TransactionAction } from '../../../../spec/events/message.ts';
import { LooseReader } from './reader.ts';
import { MAGIC } from './writer.ts';

/** Types of commands that matter here. */
export const TYPE = { WireFormatInfo: 1, ProducerInfo: 6, TransactionInfo: 7 } as const;
/** Names of types, for sentences. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'WireFormatInfo',
  3: 'ConnectionInfo',
  4: 'SessionInfo',
  5: 'ConsumerInfo',
  6: 'ProducerInfo',
  7: 'TransactionInfo',
  10: 'KeepAliveInfo',
  11: 'ShutdownInfo',
  12: 'RemoveInfo',
};
const FIRST_MESSAGE = 23;
const LAST_MESSAGE = 29;
const TEXT_MESSAGE = 28;

/** Whether a frame is one of the kinds of messages. */
export function isMessage(type: number): boolean {
  return type >= FIRST_MESSAGE && type <= LAST_MESSAGE;
}

/** A type in words. */
export function nameOf(type: number): string {
  return NAMES[type] ?? (isMessage(type) ? 'message' : `command of type ${type}`);
}

/** The version that a client offers. */
export function readVersion(fields: LooseReader): number {
  if (fields.raw(MAGIC.length).toString('latin1') !== MAGIC)
    throw fields.fault(`does not begin with ${MAGIC}`);
  return fields.int();
}

/** A producer, by its id, and the size of its window; 0: none. */
export function readProducer(fields: LooseReader): { id: string; windowSize: number } {
  const id = fields.span(() => skipObject(fields)).toString('hex');
  skipObject(fields);
  if (fields.bool()) for (let count = fields.short(); count > 0; count -= 1) skipObject(fields);
  fields.bool();
  return { id, windowSize: fields.int() };
}

/** The call and the transaction; no action: one that only distributed transactions have. */
export function readTransaction(fields: LooseReader): {
  transaction: string;
  action: TransactionAction | undefined;
} {
  skipObject(fields);
  const transaction = transactionId(fields);
  if (transaction === undefined) throw fields.fault('names no transaction');
  return { transaction, action: ACTIONS[fields.byte()] };
}

const ACTIONS: Readonly<Record<number, TransactionAction>> = {
  0: 'begin',
  2: 'commit',
  4: 'rollback',
};

/** A message, as far as it matters. */
export interface WireMessage {
  /** The id of its producer, as it came, and as a text. */
  readonly producerId: Buffer;
  readonly destination: string | undefined;
  readonly transaction: string | undefined;
  readonly correlationId: string | undefined;
  readonly persistent: boolean;
  readonly priority: number;
  readonly timeToLiveMs: number;
  readonly body: Buffer;
  /** Texts among its properties. */
  readonly properties: ReadonlyMap<string, string>;
  readonly isCompressed: boolean;
  /** What a producer charges for it, in bytes. */
  readonly charge: number;
}

/** Bytes that are charged for any message, besides its content and its properties. */
const OVERHEAD = 1024;

/** Reads a message of a type. */
export function readMessage(type: number, fields: LooseReader): WireMessage {
  const producerId = fields.span(() => skipObject(fields));
  const destination = fields.object((kind) => readDestination(kind, fields));
  const transaction = transactionId(fields);
  for (let skipped = 0; skipped < 3; skipped += 1) skipObject(fields);
  fields.text();
  fields.int();
  const correlationId = fields.text();
  const persistent = fields.bool();
  const expiration = fields.long();
  const priority = fields.byte();
  skipObject(fields);
  const timestamp = fields.long();
  fields.text();
  const content = fields.bytes() ?? Buffer.alloc(0);
  const properties = fields.bytes() ?? Buffer.alloc(0);
  skipObject(fields);
  skipObject(fields);
  return {
    producerId,
    destination,
    transaction,
    correlationId,
    persistent,
    priority,
    timeToLiveMs: expiration === 0 ? 0 : expiration - timestamp,
    // A text is preceded by its length.
    body: type === TEXT_MESSAGE ? content.subarray(4) : content,
    properties: textsIn(properties),
    isCompressed: fields.bool(),
    charge: OVERHEAD + content.length + properties.length,
  };
}

function readDestination(type: number, fields: LooseReader): string | undefined {
  if (type < 100 || type > 103) throw fields.fault(`has a destination of type ${type}`);
  return fields.text();
}

/** By value: what it is read from moves. */
function transactionId(fields: LooseReader): string | undefined {
  return fields.object((type) => {
    if (type === 111) {
      const value = fields.long();
      return `${connectionOf(fields)}:${value}`;
    }
    if (type === 112) {
      const format = fields.int();
      const parts = [fields.bytes(), fields.bytes()].map((part) => part?.toString('hex'));
      return `xa:${format}:${parts.join(':')}`;
    }
    throw fields.fault(`has a transaction id of type ${type}`);
  });
}

function connectionOf(fields: LooseReader): string {
  return (
    fields.object((type) => {
      if (type !== 120) throw fields.fault(`has a connection id of type ${type}`);
      return fields.text();
    }) ?? ''
  );
}

/** Walks over an id, a destination or null. */
function skipObject(fields: LooseReader): void {
  fields.object((type) => {
    switch (type) {
      case 100:
      case 101:
      case 102:
      case 103:
      case 120:
      case 124:
        return void fields.text();
      case 110:
        skipObject(fields);
        return void fields.raw(16);
      case 111:
        fields.long();
        return skipObject(fields);
      case 112:
        fields.int();
        fields.bytes();
        return void fields.bytes();
      case 121:
        fields.text();
        return void fields.long();
      case 122:
      case 123:
        fields.text();
        return void fields.raw(16);
      default:
        throw fields.fault(`has an object of type ${type}, where an id or a destination belongs`);
    }
  });
}

/** Bytes of the values of properties, by their codes: 1 bool to 8 float. */
const WIDTHS: Readonly<Record<number, number>> = {
  0: 0,
  1: 1,
  2: 1,
  3: 2,
  4: 2,
  5: 4,
  6: 8,
  7: 8,
  8: 4,
};

/** The texts among marshalled properties, up to the first value that is none of the plain ones. */
function textsIn(properties: Buffer): Map<string, string> {
  const texts = new Map<string, string>();
  if (properties.length === 0) return texts;
  const fields = new LooseReader(properties);
  for (let count = fields.int(); count > 0; count -= 1) {
    const name = fields.raw(fields.short()).toString();
    const code = fields.byte();
    const width = WIDTHS[code];
    if (width !== undefined) fields.raw(width);
    else if (code === 9) texts.set(name, fields.raw(fields.short()).toString());
    else if (code === 13) texts.set(name, fields.raw(fields.int()).toString());
    else return texts;
  }
  return texts;
}
