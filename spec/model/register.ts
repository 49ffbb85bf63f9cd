// The register of calls: by operation, by message, those without an outcome, and those that wait.
// Calls that are over are remembered for a while only, so that memory follows what is outstanding.
import type { Call, Send } from './calls.ts';
import { HistoryError } from '../events/history.ts';
import { Recent } from './recent.ts';

/** Every call that still matters. */
export class Register {
  /** Calls without an outcome, in the order in which they were invoked. */
  readonly pending = new Set<Call>();
  /** Pending sends that are not admitted and not doomed, in the order in which they were invoked. */
  readonly waiting = new Set<Send>();
  readonly #calls = new Recent<number, Call>();
  readonly #sends = new Recent<string, Send>();

  /** Enters a call just invoked. Throws `HistoryError` for an operation or a message seen before. */
  add(call: Call): void {
    if (!this.#calls.add(call.op, call))
      throw new HistoryError(`operation ${call.op} is invoked twice`);
    this.pending.add(call);
    if (call.action !== 'send') return;
    if (!this.#sends.add(call.message.id, call)) {
      throw new HistoryError(`message ${call.message.id} is sent twice by the application`);
    }
    if (!call.doom) this.waiting.add(call);
  }

  /** The call of an operation. Throws `HistoryError` when there is none. */
  known(op: number): Call {
    const call = this.#calls.get(op);
    if (!call) throw new HistoryError(`operation ${op} was never invoked`);
    return call;
  }

  call(op: number): Call | undefined {
    return this.#calls.get(op);
  }

  send(messageId: string | undefined): Send | undefined {
    return messageId === undefined ? undefined : this.#sends.get(messageId);
  }

  /** Nothing more is expected of this call. Call it once for each. */
  retire(call: Call): void {
    this.#calls.retire(call.op);
    if (call.action === 'send') this.#sends.retire(call.message.id);
  }
}
