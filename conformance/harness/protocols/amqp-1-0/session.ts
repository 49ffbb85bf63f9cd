// A session of AMQP 1.0, as a broker keeps it: its links, and the deliveries that come by them in parts.
import type { FieldReader } from '../field-reader.ts';
import { type AskedLink, room } from './answers.ts';
import { CODE } from './codes.ts';
import { NULL } from './encode.ts';
import { Described, type Field, type Value } from './values.ts';

/** A link that a client has attached. */
export interface Link extends AskedLink {
  readonly isCoordinator: boolean;
  readonly address: string | undefined;
  /** A delivery of which parts have come. */
  begun: Begun | undefined;
}

interface Begun {
  readonly id: number;
  readonly isSettled: boolean;
  readonly transaction: string | undefined;
  readonly parts: Buffer[];
  length: number;
}

/** A delivery that has come whole. */
export interface Delivery {
  readonly link: Link;
  readonly id: number;
  /** Its client wants no answer. */
  readonly isSettled: boolean;
  readonly transaction: string | undefined;
  readonly body: Buffer;
}

/** Bytes of a message, at most. */
const MAX_MESSAGE = 16 * 1024 * 1024;

/** One session. */
export class Session {
  readonly #links = new Map<number, Link>();
  #transfers: number;

  constructor(begin: readonly Field[]) {
    this.#transfers = numberIn(begin[1]) ?? 0;
  }

  /** Room for more, and credit for a link. */
  room(link?: Link): Buffer {
    return room(this.#transfers, link);
  }

  attach([name, handle, role, , , source, target, , , count]: readonly Field[]): Link {
    const asked = target?.value;
    const link: Link = {
      name: name?.bytes ?? NULL,
      handle: handle?.bytes ?? NULL,
      source: source?.bytes ?? NULL,
      target: target?.bytes ?? NULL,
      receives: role?.value === true,
      isCoordinator: asked instanceof Described && asked.code === CODE.coordinator,
      address: asked instanceof Described ? textIn(asked.fields[0]) : undefined,
      count: numberIn(count) ?? 0,
      begun: undefined,
    };
    this.#links.set(numberIn(handle) ?? 0, link);
    return link;
  }

  detach([handle]: readonly Field[], frame: FieldReader): Link {
    const link = this.#link(handle, frame);
    this.#links.delete(numberIn(handle)!);
    return link;
  }

  /** Takes a delivery, or a part of it. Absent: there is more to come, or it was given up. */
  transfer(fields: readonly Field[], frame: FieldReader): Delivery | undefined {
    const [handle, id, , , settled, more, , state, , aborted] = fields;
    const link = this.#link(handle, frame);
    this.#transfers += 1;
    const begun = (link.begun ??= {
      id: numberIn(id) ?? 0,
      isSettled: settled?.value === true,
      transaction: transactionIn(state),
      parts: [],
      length: 0,
    });
    const part = frame.raw(frame.left);
    begun.parts.push(part);
    begun.length += part.length;
    if (begun.length > MAX_MESSAGE)
      throw frame.fault(`makes a message of more than ${MAX_MESSAGE} bytes`);
    if (more?.value === true && aborted?.value !== true) return undefined;
    link.begun = undefined;
    if (aborted?.value === true) return undefined;
    const { parts, isSettled, transaction } = begun;
    return { link, id: begun.id, isSettled, transaction, body: Buffer.concat(parts) };
  }

  #link(handle: Field | undefined, frame: FieldReader): Link {
    const number = numberIn(handle);
    const link = number === undefined ? undefined : this.#links.get(number);
    if (!link) throw frame.fault(`is about link ${number ?? 'null'}, which is not attached`);
    return link;
  }
}

function transactionIn(state: Field | undefined): string | undefined {
  const value = state?.value;
  const isWithin = value instanceof Described && value.code === CODE['transactional-state'];
  return isWithin ? textIn(value.fields[0]) : undefined;
}

function numberIn(field: Field | undefined): number | undefined {
  return typeof field?.value === 'number' ? field.value : undefined;
}

function textIn(value: Value): string | undefined {
  if (Buffer.isBuffer(value)) return value.toString();
  return typeof value === 'string' ? value : undefined;
}
