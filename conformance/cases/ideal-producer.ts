// The ideal producer, as events: what a settle point must have brought, at the latest, after each
// step. It is the specification read forwards: the ledger says what is due, this says it happened.
// Generators use it to know what is enabled; it never judges and is never compared with a subject.
import type { Call, Send, TransactionCall } from '../../spec/model/calls.ts';
import { causesOf } from '../../spec/model/causes.ts';
import { blocks } from '../../spec/model/decision.ts';
import { mayAwaitMore } from '../../spec/model/flush.ts';
import { closeMayWait } from '../../spec/model/in-callbacks.ts';
import type { ErrorKind } from '../../spec/events/failure.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { Packet } from '../../spec/events/message.ts';

/** Answers a ledger with the events of a producer that does everything as soon as it may. */
export class IdealProducer {
  readonly #ledger: Ledger;
  readonly #emit: (event: HistoryEvent) => void;
  readonly #unfired = new Set<Send>();

  /** `emit` must fold the event into the ledger before it returns. */
  constructor(ledger: Ledger, emit: (event: HistoryEvent) => void) {
    this.#ledger = ledger;
    this.#emit = emit;
  }

  /** Emits events until nothing is due. */
  respond(): void {
    let more = true;
    while (more && !this.#ledger.cut) {
      more = this.#makeUp();
      for (const call of this.#ledger.pending) if (this.#step(call)) more = true;
      // What is told, a callback may answer with calls.
      if (this.#tell()) more = true;
    }
  }

  /** The connection is back: what is owed is sent again, or reported, as was promised. */
  #makeUp(): boolean {
    const { reconnection, lost, closeInvoked } = this.#ledger;
    if (!reconnection || reconnection.owed.size === 0 || lost || closeInvoked) return false;
    for (const send of reconnection.owed) {
      const { message, outcome, received } = send;
      if (outcome === 'failed') continue;
      if (reconnection.resends === 'at-least-once' || !received)
        this.#emit({ event: 'receive', packet: { type: 'message', message } });
      else this.#report(send);
    }
    reconnection.owed.clear();
    return true;
  }

  #report({ op, message, completion, outcome }: Send): void {
    const error = { kind: 'connection-lost', message: 'the connection broke' } as const;
    if (outcome === 'pending') return this.#emit({ event: 'throw', op, error });
    if (completion) return this.#emit({ event: 'complete', op, error });
    if (this.#ledger.reconnection?.tellsErrors)
      this.#emit({ event: 'async-error', message: message.id, error });
  }

  #step(call: Call): boolean {
    if (call.action === 'close') return closeMayWait(this.#ledger) ? false : this.#return(call);
    const cause = this.#causeToFail(call);
    if (cause) {
      this.#emit({ event: 'throw', op: call.op, error: { kind: cause, message: cause } });
      return true;
    }
    if (call.action === 'flush')
      return mayAwaitMore(call, this.#ledger) ? false : this.#return(call);
    return call.action === 'send' ? this.#stepSend(call) : this.#stepTransaction(call);
  }

  #causeToFail(call: Call): ErrorKind | undefined {
    if (call.action === 'send' && call.answer === 'ack' && blocks(call.dispatch)) return undefined;
    // It makes a connection anew that was cut, and leaves it to the broker to refuse a commit.
    const cause = causesOf(call, this.#ledger).find((one) => {
      if (one === 'refused') return call.action === 'send' || isRefused(call);
      return one !== 'connection-lost' || this.#ledger.lost;
    });
    if (cause === 'full') return this.#ledger.fits(call as Send) ? undefined : 'other';
    if (cause === 'rollback') return (call as Send).admitted ? undefined : 'other';
    return cause;
  }

  #stepSend(send: Send): boolean {
    if (!send.admitted) {
      for (const first of this.#ledger.waiting) {
        if (first !== send && this.#ledger.profile.order === 'first-come-first-served')
          return false;
        break;
      }
      if (!this.#ledger.fits(send)) return false;
      if (send.completion) this.#unfired.add(send);
      const { message } = send;
      const transaction = send.transaction?.id;
      const packet: Packet = transaction
        ? { type: 'message', message, transaction }
        : { type: 'message', message };
      // Where packets are unseen it is the return that shows the admission.
      if (this.#ledger.seesPackets) this.#emit({ event: 'receive', packet });
    }
    return blocks(send.dispatch) && send.answer !== 'ack' ? false : this.#return(send);
  }

  #stepTransaction(call: TransactionCall): boolean {
    const { transaction, action } = call;
    if (!transaction) return false;
    const id = `t${transaction.number}`;
    const { seesPackets } = this.#ledger;
    if (action === 'begin') {
      if (seesPackets) this.#emit({ event: 'receive', packet: { type: 'begin', transaction: id } });
      return this.#return(call);
    }
    if (seesPackets && !transaction.endReceived) {
      for (const { transaction: of } of this.#ledger.waiting) if (of === transaction) return false;
      this.#emit({ event: 'receive', packet: { type: action, transaction: id } });
    }
    return transaction.endAnswer === 'none' ? false : this.#return(call);
  }

  #return(call: Call): true {
    this.#emit({ event: 'return', op: call.op });
    return true;
  }

  /** Sends whose callbacks have not fired. */
  #inOrder(): Iterable<Send> {
    if (this.#ledger.profile.callbackOrder === 'any') return this.#unfired;
    return [...this.#unfired].toSorted((one, other) => one.order - other.order);
  }

  #tell(): boolean {
    let fired = false;
    for (const send of this.#inOrder()) {
      if (send.answer === 'none' && !this.#ledger.lost) {
        if (this.#ledger.profile.callbackOrder === 'as-sent') break;
        continue;
      }
      this.#unfired.delete(send);
      fired = true;
      const { op } = send;
      if (send.answer === 'ack') this.#emit({ event: 'complete', op });
      else this.#emit({ event: 'complete', op, error: { message: 'not acknowledged' } });
    }
    for (const { message } of this.#ledger.notices.unreported) {
      this.#emit({ event: 'async-error', message: message.id, error: { message: 'refused' } });
      fired = true;
    }
    return fired;
  }
}

function isRefused(call: Call): boolean {
  return call.action === 'commit' && call.transaction?.endAnswer === 'refuse';
}
