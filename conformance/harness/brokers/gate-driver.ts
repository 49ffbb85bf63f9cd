// The gate as a case drives it: packets are unobserved, and answers come all at once or not at all.
import type { Send } from '../../../spec/model/calls.ts';
import type { AnswerEvent } from '../../../spec/events/history.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { TransactionAction } from '../../../spec/events/message.ts';
import { answerableTransaction, unansweredTransactions } from '../../cases/enabled.ts';
import { answerToEnd, isRefused } from '../../cases/scope.ts';
import { realNowMs } from '../in-process/virtual-time.ts';
import type { CasePort } from '../ports.ts';
import type { Endpoint, TcpDriver } from './endpoint.ts';
import { Gate } from './gate.ts';

const REASON = 'the broker refuses whatever is sent to this destination';

/** A real broker, as far as the kit knows it. */
export interface RealBroker {
  readonly endpoint: Endpoint;
  /** Destinations to which it refuses every message. */
  readonly refusedDestinations: readonly string[];
  /** The producer makes a broken connection anew. */
  readonly reconnects: boolean;
  readonly lag: BrokerLag;
}

/** Milliseconds after which what a broker says is taken to be no answer, but a heartbeat. */
const UNASKED_MS = 1_000;
/** How many times longer than ever seen an answer may take. */
const SAFETY = 2;

/** The longest wait for a broker, over all cases: it bounds how long an answer may still be on its way. */
export class BrokerLag {
  #longestMs = 0;

  /** The broker said something this long after the client last did. */
  note(ms: number): void {
    if (ms <= UNASKED_MS) this.#longestMs = Math.max(this.#longestMs, ms);
  }

  /** Milliseconds of silence after which no answer is on its way any more. */
  get silenceMs(): number {
    return SAFETY * this.#longestMs;
  }
}

/** Puts a fresh gate in front of a real broker. For a producer that does not reconnect a cut would be a loss. */
export async function gateDriver(broker: RealBroker, seen: CasePort): Promise<TcpDriver> {
  const { endpoint, refusedDestinations, reconnects, lag } = broker;
  let askedMs: number | undefined;
  /** From a restore until the producer is known to be connected again. */
  let isReturning = false;
  const gate = await Gate.listen(endpoint, {
    brokerGone() {
      if (!seen.ledger.lost) seen.record({ event: 'lose' });
    },
    passed(way) {
      if (way === 'toBroker') askedMs = realNowMs();
      if (way === 'fromBroker' && askedMs !== undefined) lag.note(realNowMs() - askedMs);
    },
  });

  /**
   * What waits inside the client counts too: from now on it may be sent and answered at any moment.
   * But where the client has abandoned its connection, no answer can reach it any more.
   */
  function answerEverything(): void {
    if (seen.ledger.cut) return restore();
    if (!gate.isConnected && !isReturning) return;
    for (const send of sends()) {
      if (mayBeAnswered(send, seen.ledger))
        answer({ message: send.message.id }, isRefusedSend(send));
    }
    for (const of of unansweredTransactions(seen.ledger)) answerTransaction(of);
    gate.open();
  }

  function cut(): void {
    seen.record({ event: 'cut' });
    isReturning = false;
    gate.kill();
    gate.shut();
  }

  function restore(): void {
    seen.record({ event: 'restore' });
    isReturning = true;
    gate.restore();
    answerEverything();
  }

  function answerTransaction(of: TransactionAction): void {
    const transaction = answerableTransaction(of, seen.ledger);
    if (transaction?.id === undefined) return;
    const its = sends().filter((send) => send.transaction === transaction && isRefusedSend(send));
    const end = of === 'begin' ? 'ack' : answerToEnd(transaction, its);
    const isLost = end === 'refuse' && seen.ledger.disrupted; // With the message, perhaps.
    if (end === 'unknown' || isLost) seen.giveUp();
    else answer({ transaction: transaction.id, of }, end === 'refuse');
  }

  function answer(what: Omit<AnswerEvent, 'event' | 'reason'>, refuses: boolean): void {
    if (refuses) seen.record({ event: 'refuse', ...what, reason: REASON });
    else seen.record({ event: 'ack', ...what });
  }

  function sends(): Send[] {
    return seen.history.flatMap((event) =>
      event.event === 'invoke' && event.message ? (seen.ledger.sendOf(event.message.id) ?? []) : [],
    );
  }

  function isRefusedSend({ message }: Send): boolean {
    return isRefused(message, seen.ledger.settings, refusedDestinations);
  }

  return {
    address: gate.address,
    observes: 'calls',
    get activity() {
      return gate.activity;
    },
    get released() {
      return gate.bytes.toClient;
    },
    get isLettingThrough() {
      return gate.isOpen;
    },
    get wasReached() {
      return gate.bytes.toBroker > 0;
    },
    get isAbandoned() {
      const isGone = gate.bytes.toBroker > 0 && !gate.isConnected;
      return isGone && !seen.ledger.cut && !isReturning;
    },
    get awaitsReturn() {
      return isReturning && !gate.isConnected;
    },
    get silenceMs() {
      return lag.silenceMs;
    },
    withhold() {
      // Only an answer shows that a producer is through with making its connection anew.
      if (isReturning && seen.ledger.doubtfulUntilTurn > seen.ledger.turn) return;
      isReturning = false;
      gate.shutBehind();
    },
    answer: answerEverything,
    answerEverything,
    lose: () => gate.kill(),
    ...(reconnects && { cut, restore }),
    release() {
      gate.restore();
      gate.open();
    },
    dispose: () => gate.dispose(),
  };
}

/** A call that failed may have been sent all the same, and have its callback answered. */
function mayBeAnswered(send: Send, ledger: Ledger): boolean {
  // What was sent without waiting around a cut may be answered now, much later, or never.
  if (send.dispatch === 'async' && ledger.isDoubtful(send)) return false;
  return send.answer === 'none' && (send.outcome !== 'failed' || send.completion);
}
