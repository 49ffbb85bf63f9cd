// Which sends of a case share a signal, and which signals have aborted: an interrupt of one send is one of every
// send that has its signal, those that are still to be made included.
import type { Op } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { SendStep } from './step.ts';

interface Shared {
  readonly ops: Op[];
  hasAborted: boolean;
}

/** The signals of the sends of one case. */
export class SharedSignals {
  /** By message: the signal of its latest send. */
  readonly #signals = new Map<string, Shared>();

  /** A send is about to be made. Returns whether its signal has aborted before. */
  join(op: Op, { id, signal }: Pick<SendStep, 'id' | 'signal'>): boolean {
    const shared = this.#shared(signal) ?? { ops: [], hasAborted: false };
    shared.ops.push(op);
    this.#signals.set(id, shared);
    return shared.hasAborted;
  }

  /** Aborts the signal of a message's send. Returns the calls that are interrupted: itself, and what is pending. */
  abort(id: string, ledger: Ledger): readonly Op[] {
    const shared = this.#shared(id);
    if (!shared) return [];
    shared.hasAborted = true;
    const own = ledger.sendOf(id)?.op;
    return shared.ops.filter((op) => op === own || ledger.callOf(op)?.outcome === 'pending');
  }

  #shared(id: string | undefined): Shared | undefined {
    return id === undefined ? undefined : this.#signals.get(id);
  }
}
