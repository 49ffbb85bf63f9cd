// The register of calls: by operation, by message, those without an outcome, and those that wait. What is
// over is remembered for a while only, so that memory follows what is outstanding.
import { HistoryError } from '../events/history.ts';
import type { Call, Send } from './calls.ts';

/** How many ended entries are remembered, so that late and repeated answers are recognised. */
export const REMEMBERED = 1024;

/** A map whose retired entries are forgotten, oldest first, once more than `REMEMBERED` have retired. */
export class Recent<K, V> {
  readonly entries = new Map<K, V>();
  retired: K[] = [];
  forgotten = 0;

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  has(key: K): boolean {
    return this.entries.has(key);
  }

  /** Enters a value. Returns false for a key that is known already. */
  add(key: K, value: V): boolean {
    const { size } = this.entries;
    this.entries.set(key, value);
    return this.entries.size > size;
  }

  /** Marks an entry as ended. Call it once for each key. */
  retire(key: K): void {
    this.retired.push(key);
    if (this.retired.length - this.forgotten <= REMEMBERED) return;
    this.entries.delete(this.retired[this.forgotten] as K);
    this.forgotten += 1;
    if (this.forgotten < REMEMBERED) return;
    this.retired = this.retired.slice(REMEMBERED);
    this.forgotten = 0;
  }
}

/** Every call that still matters. */
export class Register {
  /** Calls without an outcome, in the order in which they were invoked. */
  readonly pending = new Set<Call>();
  /** Pending sends that can succeed and are not admitted, in the order in which they were invoked. */
  readonly waiting = new Set<Send>();
  readonly calls = new Recent<number, Call>();
  readonly sends = new Recent<string, Send>();

  /** Enters a call just invoked. Throws `HistoryError` for an operation or a message seen before. */
  add(call: Call): void {
    if (!this.calls.add(call.op, call))
      throw new HistoryError(`operation ${call.op} is invoked twice`);
    this.pending.add(call);
    if (call.action !== 'send') return;
    if (!this.sends.add(call.message.id, call)) {
      throw new HistoryError(`message ${call.message.id} is sent twice by the application`);
    }
    if (!call.rejection) this.waiting.add(call);
  }

  /** The call of an operation. Throws `HistoryError` when there is none. */
  known(op: number): Call {
    const call = this.calls.get(op);
    if (!call) throw new HistoryError(`operation ${op} was never invoked`);
    return call;
  }

  send(messageId: string | undefined): Send | undefined {
    return messageId === undefined ? undefined : this.sends.get(messageId);
  }

  /** Nothing more is expected of this call. Call it once for each. */
  retire(call: Call): void {
    this.calls.retire(call.op);
    if (call.action === 'send') this.sends.retire(call.message.id);
  }
}
