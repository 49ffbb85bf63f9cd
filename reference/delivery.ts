// From the window to the answer: a producer's sends once their checks are passed. Waiting for
// space, writing, and what ends a send: its answer, its timeout, an interrupt, a rollback, loss or
// close.
import type { Packet } from '../spec/events/message.ts';
import type { ProducerSettings } from '../spec/events/settings.ts';
import { blocks } from '../spec/model/decision.ts';
import { BlockedCaller } from './blocked-caller.ts';
import {
  endingError,
  errorKind,
  interruptedError,
  rolledBackError,
  timeoutError,
  type Ending,
} from './errors.ts';
import type { PendingSend } from './pending-send.ts';
import type { Transaction } from './transaction.ts';
import { ProducerWindow } from './window.ts';

/** What a send that has nothing to wait for returns. */
const RETURNED = Promise.resolve();

/** @internal What a delivery needs of the connection. */
export interface ConnectionPort {
  readonly settings: Pick<ProducerSettings, 'windowSize' | 'sendTimeoutMs'>;
  /** Hands a packet to the transport within this call. Never throws. */
  write(packet: Packet): Promise<void>;
  /** What a transport's rejection means for `subject`. A loss has ended everything by then. */
  failureOf(rejection: unknown, subject: string): Error;
  /** Tells what no caller waits for. */
  reportAsyncError(error: Error, messageId: string): void;
  /** Runs the application's code, whose exceptions stay with it. */
  callBack(callback: () => void): void;
}

/** What may interrupt a call that waits. */
export interface Interruptible {
  /** Read only if the call has to wait (LIF-5). */
  readonly signal?: AbortSignal | undefined;
}

/** What a producer counts about itself. Each figure only ever grows; no rule reads a clock. */
export interface SendStatistics {
  /** Sends that returned: blocking ones with their acknowledgement, others once admitted. */
  readonly messages: number;
  /** The sizes of those messages, in bytes. */
  readonly bytes: number;
  /** Sends that had to wait for window space, whatever became of them. */
  readonly waited: number;
  /** Messages that the broker refused. */
  readonly refused: number;
}

/** @internal The sends of one producer that are not over. */
export class Delivery {
  readonly window: ProducerWindow<PendingSend>;
  readonly statistics = { messages: 0, bytes: 0, waited: 0, refused: 0 };
  readonly #connection: ConnectionPort;
  /**
   * Written, and neither answered nor given up. Only the code that takes a send out of this set
   * tells its outcome, so each answer counts once, and late ones not at all (WIN-11, SYN-7, CMP-1).
   */
  readonly #unanswered = new Set<PendingSend>();
  #hasEnded = false;

  constructor(connection: ConnectionPort) {
    this.window = new ProducerWindow(connection.settings.windowSize, (send) => this.#write(send));
    this.#connection = connection;
  }

  /**
   * Sends at once or queues for space. Looks at the signal only if the call has to wait, and throws
   * an `interrupted` error if it has aborted by then.
   */
  deliver(send: PendingSend, options: Interruptible): Promise<void> {
    // The notes check for space here and charge after the write, so that two can pass the same
    // check. Here the check and the charge are one step (WIN-1).
    const admitted = this.window.tryEnter(send);
    if (!admitted || blocks(send.dispatch)) this.#block(send, options.signal);
    if (admitted) this.#write(send);
    else this.#wait(send);
    return send.caller?.promise ?? RETURNED;
  }

  /** The sends of `transaction` that wait for space fail, all of them (TXN-4). */
  rollBack(transaction: Transaction): void {
    for (const send of this.window.withdrawAll((waiting) => waiting.transaction === transaction)) {
      transaction.sendWaitsNoLonger(send);
      send.caller?.fail(rolledBackError(send.message.id));
    }
  }

  /**
   * Nothing stays pending, nothing is reported as done, and the window is empty (LIF-2, ERR-1 to
   * ERR-5). First everything is taken away, then everybody is told: nothing slips out in between.
   */
  end(ending: Ending): void {
    this.#hasEnded = true;
    const waiting = this.window.empty();
    const unanswered = [...this.#unanswered];
    this.#unanswered.clear();
    for (const send of waiting) {
      send.transaction?.sendWaitsNoLonger(send);
      send.caller?.fail(endingError(ending, send.subject, 'was not sent'));
    }
    for (const send of unanswered) {
      // Async sends have returned: a close reports nothing about them, a loss does (ERR-3).
      if (send.dispatch === 'async' && ending !== 'loss') continue;
      const fate = 'was sent, but not acknowledged, and may not have arrived';
      this.#tell(send, endingError(ending, send.subject, fate));
    }
  }

  /** The call will not return at once. An interrupt that came before it wins: nothing is sent. */
  #block(send: PendingSend, signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw interruptedError(send.message.id, 'space', signal.reason);
    send.caller = new BlockedCaller();
    if (signal) send.caller.onInterrupt(signal, () => this.#interrupted(send, signal));
  }

  #wait(send: PendingSend): void {
    this.statistics.waited += 1;
    send.transaction?.sendWaits(send);
    this.window.wait(send);
  }

  /**
   * The send is admitted and charged: it goes out in this very step. The notes hold the `sendMutex`
   * here until a synchronous send is answered; one write in one step needs no lock, and holds up
   * nobody (SYN-8).
   */
  #write(send: PendingSend): void {
    const answer = this.#connection.write(send.packet);
    // Only now: a transport that reports a loss from inside that call must not find this send here
    // and complete it inside its own call (CMP-4). Its promise will tell.
    this.#unanswered.add(send);
    answer.then(
      () => this.#answered(send, undefined),
      (rejection: unknown) => {
        this.#answered(send, this.#connection.failureOf(rejection, send.subject));
      },
    );
    if (send.dispatch === 'timed') this.#startTimer(send);
    else if (!blocks(send.dispatch)) this.#return(send);
    // Last: a commit may be waiting for just this message (TXN-2).
    send.transaction?.sendWaitsNoLonger(send);
  }

  /** From admission: waiting for space does not use up the time for the acknowledgement (SYN-6). */
  #startTimer(send: PendingSend): void {
    const { sendTimeoutMs } = this.#connection.settings;
    send.caller?.onTimeout(sendTimeoutMs, () => {
      if (!this.#unanswered.delete(send)) return;
      send.caller?.fail(timeoutError(send.message.id, sendTimeoutMs));
    });
  }

  #interrupted(send: PendingSend, signal: AbortSignal): void {
    const { id } = send.message;
    if (this.window.withdraw(send)) {
      send.transaction?.sendWaitsNoLonger(send);
      send.caller?.fail(interruptedError(id, 'space', signal.reason));
    } else if (this.#unanswered.delete(send)) {
      send.caller?.fail(interruptedError(id, 'acknowledgement', signal.reason));
    }
  }

  /** An acknowledgement and a refusal free the space alike (WIN-9), and only once (WIN-11). */
  #answered(send: PendingSend, error: Error | undefined): void {
    if (!this.#unanswered.delete(send)) return;
    // After the end there is nothing to give back: the window was emptied (ERR-5).
    if (!this.#hasEnded) this.window.release(send);
    if (errorKind(error) === 'refused') this.statistics.refused += 1;
    // Told last, so that a callback that sends again finds the space free (CMP-5).
    this.#tell(send, error);
  }

  #tell(send: PendingSend, error: Error | undefined): void {
    const { dispatch, onComplete, message } = send;
    if (onComplete) this.#connection.callBack(() => onComplete(error));
    else if (dispatch === 'async') {
      if (error) this.#connection.reportAsyncError(error, message.id);
    } else if (error) send.caller?.fail(error);
    else this.#return(send);
  }

  /** The call returns (notes, `stats.onMessage()`). */
  #return(send: PendingSend): void {
    this.statistics.messages += 1;
    this.statistics.bytes += send.size;
    send.caller?.release();
  }
}
