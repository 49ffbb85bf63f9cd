// Reading a history: what came of its calls, and when. Calls are named by their message or their action.
import type { Failure } from '../../spec/events/failure.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Packet } from '../../spec/events/message.ts';

/** How a call ended. */
export interface Ending {
  readonly at: number;
  /** Absent: it returned. */
  readonly error?: Failure;
}

/** A history, open to questions. */
export class Reading {
  readonly history: readonly HistoryEvent[];

  constructor(history: readonly HistoryEvent[]) {
    this.history = history;
  }

  /** How a call ended; absent: it is pending. `call` is a message's id, or an action such as `close`. */
  ending(call: string): Ending | undefined {
    const op = this.#op(call);
    const at = this.history.findIndex(
      (event) => (event.event === 'return' || event.event === 'throw') && event.op === op,
    );
    const event = this.history[at];
    if (!event) return undefined;
    return event.event === 'throw' ? { at, error: event.error } : { at };
  }

  /** Whether a call was made: a harness leaves out what it could not observe. */
  wasMade(call: string): boolean {
    return this.#op(call) !== undefined;
  }

  /** Whether a call had ended before an event. */
  endedBefore(call: string, at: number): boolean {
    return (this.ending(call)?.at ?? Number.POSITIVE_INFINITY) < at;
  }

  /** Whether a call returned. */
  returned(call: string): boolean {
    const ending = this.ending(call);
    return ending !== undefined && !ending.error;
  }

  /** Whether a call failed. */
  failed(call: string): boolean {
    return this.ending(call)?.error !== undefined;
  }

  /** A call in words: `was still pending`, `returned`, or `failed: …`. */
  state(call: string): string {
    const ending = this.ending(call);
    if (!ending) return 'was still pending';
    return ending.error ? `failed ("${ending.error.message}")` : 'returned';
  }

  /** Where a step stands in the history; where there is none, after all that happened. */
  at(event: 'ack' | 'refuse' | 'lose', message?: string): number {
    const at = this.history.findIndex(
      (one) => one.event === event && (one.event === 'lose' || !message || one.message === message),
    );
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  }

  /** Where an interrupt, a close or another call was invoked. */
  invoked(action: 'interrupt' | 'close'): number {
    return this.history.findIndex((one) => one.event === 'invoke' && one.action === action);
  }

  /** The packet of a message or of a transaction call, and where it was received. */
  packet(what: string): { readonly packet: Packet; readonly at: number } | undefined {
    for (const [at, one] of this.history.entries()) {
      if (one.event !== 'receive') continue;
      const { packet } = one;
      if ((packet.type === 'message' ? packet.message.id : packet.type) === what)
        return { packet, at };
    }
    return undefined;
  }

  /** Events of one type that tell of the producer. */
  all<E extends 'complete' | 'async-error' | 'entered' | 'usage'>(
    type: E,
  ): readonly (Extract<HistoryEvent, { event: E }> & { readonly index: number })[] {
    return this.history.flatMap((one, index) =>
      one.event === type ? [{ ...(one as Extract<HistoryEvent, { event: E }>), index }] : [],
    );
  }

  #op(call: string): number | undefined {
    for (const one of this.history) {
      if (one.event === 'invoke' && (one.message?.id ?? one.action) === call) return one.op;
    }
    return undefined;
  }
}
