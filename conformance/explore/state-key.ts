// When two histories have the same future: the key of a ledger's state. Only what rules can still see is
// part of it, and only as far as they can see it: turns by their order, times by their age.
// That this loses nothing is tested: histories of one key are put to the same continuations.
import type { Call, Transaction } from '../../spec/model/calls.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import { callsOf } from './alphabet.ts';

/** Speaks of the last event alone, is part of the scope, or is looked at only when it happens. */
const LEFT_OUT = new Set([
  'call',
  'send',
  'admitted',
  'receivedNow',
  'newestReceived',
  'profile',
  'settings',
  'message',
  'failure',
  'register',
  'nowMs',
]);

/** Rules ask of these whether there are any, or more than one. */
const COUNTED_TO_TWO = new Set(['steps', 'charges', 'pendingAtLoss']);

/** Rules ask of these whether there are any. */
const COUNTED_TO_ONE = new Set(['acked', 'doomed', 'unblocked', 'late', 'disturbed']);

/** A key that is equal for two histories over one alphabet only if the rules cannot tell them apart. */
export function stateKey(ledger: Ledger): string {
  const calls = callsOf(ledger);
  const writer = new KeyWriter(ledger);
  writer.object(ledger);
  for (const call of calls) {
    writer.object(call);
    if (call.action === 'begin' && call.transaction) writer.object(call.transaction);
  }
  return writer.finish(calls.map(shapeOf));
}

class KeyWriter {
  readonly #nowMs: number;
  readonly #longestMs: number;
  readonly #parts: unknown[] = [];
  /** Places in `#parts` that hold the number of a turn. */
  readonly #turns: number[] = [];

  constructor({ nowMs, settings }: Ledger) {
    this.#nowMs = nowMs;
    this.#longestMs = settings.sendTimeoutMs;
  }

  object(value: object): void {
    for (const [name, field] of Object.entries(value))
      if (!LEFT_OUT.has(name)) this.#field(name, field);
  }

  finish(extra: readonly string[]): string {
    const turns = [...new Set(this.#turns.map((at) => this.#parts[at] as number))].toSorted(
      (one, other) => one - other,
    );
    for (const at of this.#turns) this.#parts[at] = turns.indexOf(this.#parts[at] as number);
    return `${extra.join()};${this.#parts.join()}`;
  }

  #field(name: string, value: unknown): void {
    if (typeof value === 'number') this.#number(name, value);
    else if (typeof value !== 'object' || value === null) this.#parts.push(value);
    else if (isCall(value)) this.#parts.push(`#${value.op}`);
    else if (isTransaction(value)) this.#parts.push(`t${value.number}`);
    else if (value instanceof Set || value instanceof Map || Array.isArray(value)) {
      for (const item of value.values()) this.#field(name, item);
      this.#parts.push('|');
    } else this.object(value);
  }

  #number(name: string, value: number): void {
    if (name === 'turn' || name.endsWith('Turn')) {
      if (value >= 0) this.#turns.push(this.#parts.length);
      this.#parts.push(value);
    } else if (name === 'invokedMs' || name === 'receivedSettledMs') {
      this.#parts.push(value < 0 ? 'none' : Math.min(this.#nowMs - value, this.#longestMs));
    } else if (COUNTED_TO_ONE.has(name)) this.#parts.push(value !== 0);
    else this.#parts.push(COUNTED_TO_TWO.has(name) ? Math.min(value, 2) : value);
  }
}

/** What was asked for in a call: its message's fields, but for the body that no message has. */
function shapeOf(call: Call): string {
  if (call.action !== 'send') return call.action;
  const { id, size, deliveryMode, responseRequired, destination } = call.message;
  return [id, size, deliveryMode, responseRequired, destination].join('/');
}

function isCall(value: object): value is Call {
  return 'op' in value && 'outcome' in value;
}

function isTransaction(value: object): value is Transaction {
  return 'endedBy' in value && 'number' in value;
}
