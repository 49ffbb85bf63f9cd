// The lanes of a trace: one for each call, with its packet's flight from receipt to answer and what else
// happened to it. A packet that nobody asked for has a lane of its own.
import { asBytes } from '../../../spec/model/window.ts';
import type { Call } from '../../../spec/model/calls.ts';
import type { AnswerEvent, HistoryEvent } from '../../../spec/events/history.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { Packet } from '../../../spec/events/message.ts';

/** Something that happens to a call at a moment. */
export interface Mark {
  /** Index of the event in its case. */
  readonly at: number;
  readonly what:
    | 'receive'
    | 'ack'
    | 'refuse'
    | 'interrupt'
    | 'callback'
    | 'callback-error'
    | 'async-error';
}

/** One call from its invocation to its end; moments are indices of events in the case. */
export interface Lane {
  /** Such as `m1` or `commit`. */
  readonly name: string;
  /** What kind of call it is, such as `async, 6 bytes, non-persistent`. */
  readonly kind: string;
  /** Absent for a packet that nobody asked for. */
  readonly call?: Call;
  readonly invokedAt?: number;
  readonly endedAt?: number;
  readonly failed?: boolean;
  readonly marks: readonly Mark[];
}

/** A lane still being written. */
interface Draft extends Lane {
  endedAt?: number;
  failed?: boolean;
  readonly marks: Mark[];
}

/** Follows a case beside its ledger. */
export class Lanes {
  readonly #all: Draft[] = [];
  readonly #byOp = new Map<number, Draft>();
  readonly #byMessage = new Map<string, Draft>();

  /** The lane of a call. */
  of({ op }: Call): Lane | undefined {
    return this.#byOp.get(op);
  }

  /** Lanes that have something to show from this moment on, in the order of their calls. */
  shownSince(first: number): readonly Lane[] {
    return this.#all.filter(({ call, endedAt, marks }) => {
      const isOpen = call !== undefined && (endedAt ?? Infinity) >= first;
      return isOpen || marks.some(({ at }) => at >= first);
    });
  }

  /** Notes one event that the ledger has just folded in. */
  follow(event: HistoryEvent, at: number, ledger: Ledger): void {
    switch (event.event) {
      case 'invoke':
        if (event.action === 'interrupt')
          this.#mark(this.#byOp.get(event.target ?? 0), at, 'interrupt');
        else this.#invoked(ledger.callOf(event.op), at);
        break;
      case 'return':
      case 'throw':
        this.#ended(event.op, at, event.event === 'throw');
        break;
      case 'complete':
        this.#mark(this.#byOp.get(event.op), at, event.error ? 'callback-error' : 'callback');
        break;
      case 'async-error':
        this.#mark(this.#byMessage.get(event.message ?? ''), at, 'async-error');
        break;
      case 'receive':
        this.#mark(this.#laneOfPacket(event.packet), at, 'receive');
        break;
      case 'ack':
      case 'refuse':
        this.#mark(this.#laneOfAnswer(event), at, event.event);
        break;
      default:
    }
  }

  #invoked(call: Call | undefined, at: number): void {
    if (!call) return;
    const lane: Draft = { ...describe(call), call, invokedAt: at, marks: [] };
    this.#all.push(lane);
    this.#byOp.set(call.op, lane);
    if (call.action === 'send') this.#byMessage.set(call.message.id, lane);
  }

  #ended(op: number, at: number, failed: boolean): void {
    const lane = this.#byOp.get(op);
    if (!lane) return;
    lane.endedAt = at;
    lane.failed = failed;
  }

  #mark(lane: Draft | undefined, at: number, what: Mark['what']): void {
    lane?.marks.push({ at, what });
  }

  #laneOfPacket(packet: Packet): Draft {
    const id = packet.type === 'message' ? packet.message.id : undefined;
    const known =
      id === undefined
        ? this.#laneOfTransaction(packet.type, packet.transaction)
        : this.#byMessage.get(id);
    if (known) return known;
    const name = short(id ?? packet.type);
    const lane: Draft = { name, kind: 'nobody asked for it', marks: [] };
    this.#all.push(lane);
    if (id !== undefined) this.#byMessage.set(id, lane);
    return lane;
  }

  #laneOfAnswer({ message, of, transaction }: AnswerEvent): Draft | undefined {
    if (message !== undefined) return this.#byMessage.get(message);
    return this.#laneOfTransaction(of, transaction);
  }

  #laneOfTransaction(action: string | undefined, id: string | undefined): Draft | undefined {
    return this.#all.findLast(
      ({ call }) =>
        call !== undefined &&
        'transaction' in call &&
        call.action === action &&
        call.transaction?.id === id,
    );
  }
}

function describe(call: Call): Pick<Lane, 'name' | 'kind'> {
  if (call.action !== 'send') return { name: call.action, kind: '' };
  const { message, dispatch, charge, transaction } = call;
  const within = transaction ? ', in a transaction' : '';
  return {
    name: short(message.id),
    kind: `${dispatch}, ${asBytes(charge)}, ${message.deliveryMode}${within}`,
  };
}

/** Ids of recorded messages may be long; the list of events has them whole. */
function short(id: string): string {
  return id.length > 24 ? `${id.slice(0, 23)}…` : id;
}
