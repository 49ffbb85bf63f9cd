// The gate as a case sees it: packets are unseen, and answers come all at once or not at all.
import type { Send } from '../../../spec/model/calls.ts';
import type { AnswerEvent } from '../../../spec/events/history.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { TransactionAction } from '../../../spec/events/message.ts';
import { answerableTransaction, unansweredTransactions } from '../../cases/enabled.ts';
import { answerToEnd, isRefused } from '../../cases/refusals.ts';
import { realNowMs } from '../in-process/virtual-time.ts';
import type { BrokerEnd, Witness } from './broker-end.ts';
import type { BrokerLag } from './broker-lag.ts';
import type { Endpoint } from './endpoint.ts';
import { Gate } from './gate.ts';

const REASON = 'the broker refuses whatever is sent to this destination';

/** A real broker, as far as the kit knows it. */
export interface RealBroker {
  readonly endpoint: Endpoint;
  /** Destinations to which it refuses every message. */
  readonly refusedDestinations: readonly string[];
  readonly lag: BrokerLag;
}

/** Puts a fresh gate in front of a real broker. */
export async function gateEnd(broker: RealBroker, witness: Witness): Promise<BrokerEnd> {
  const { endpoint, refusedDestinations, lag } = broker;
  let askedMs: number | undefined;
  /** From a restore until the producer is known to be connected again. */
  let isReturning = false;
  const gate = await Gate.listen(endpoint, {
    brokerGone() {
      if (!witness.ledger.lost) witness.record({ event: 'lose' });
    },
    heard(from) {
      if (from === 'client') askedMs = realNowMs();
      else if (askedMs !== undefined) lag.note(realNowMs() - askedMs);
    },
  });

  /**
   * What waits inside the client counts too: from now on it may be sent and answered at any moment.
   * But where the client has given up its connection, no answer can reach it any more.
   */
  function answerEverything(): void {
    if (witness.ledger.cut) return restore();
    if (!gate.isConnected && !isReturning) return;
    for (const send of sends()) {
      if (mayBeAnswered(send, witness.ledger))
        answer({ message: send.message.id }, isRefusedSend(send));
    }
    for (const of of unansweredTransactions(witness.ledger)) answerTransaction(of);
    gate.open();
  }

  function cut(): void {
    witness.record({ event: 'cut' });
    isReturning = false;
    gate.kill();
    gate.shut();
  }

  function restore(): void {
    witness.record({ event: 'restore' });
    isReturning = true;
    gate.restore();
    answerEverything();
  }

  function answerTransaction(of: TransactionAction): void {
    const transaction = answerableTransaction(of, witness.ledger);
    if (transaction?.id === undefined) return;
    const its = sends().filter((send) => send.transaction === transaction && isRefusedSend(send));
    const end = of === 'begin' ? 'ack' : answerToEnd(transaction, its);
    const isLost = end === 'refuse' && witness.ledger.disrupted; // With the message, perhaps.
    if (end === 'unknown' || isLost) witness.giveUp();
    else answer({ transaction: transaction.id, of }, end === 'refuse');
  }

  function answer(what: Omit<AnswerEvent, 'event' | 'reason'>, refuses: boolean): void {
    if (refuses) witness.record({ event: 'refuse', ...what, reason: REASON });
    else witness.record({ event: 'ack', ...what });
  }

  function sends(): Send[] {
    return witness.sent.flatMap((id) => witness.ledger.sendOf(id) ?? []);
  }

  function isRefusedSend({ message }: Send): boolean {
    return isRefused(message, witness.ledger.settings, refusedDestinations);
  }

  return {
    address: gate.address,
    observes: 'calls',
    get activity() {
      return gate.activity;
    },
    get released() {
      return gate.bytesToClient;
    },
    get isLettingThrough() {
      return gate.isOpen;
    },
    get wasReached() {
      return gate.bytesToBroker > 0;
    },
    get isForsaken() {
      const isGone = gate.bytesToBroker > 0 && !gate.isConnected;
      return isGone && !witness.ledger.cut && !isReturning;
    },
    get awaitsReturn() {
      return isReturning && !gate.isConnected;
    },
    get silenceMs() {
      return lag.silenceMs;
    },
    withhold() {
      // Only an answer shows that a producer is through with making its connection anew.
      if (isReturning && witness.ledger.doubtfulUntilTurn > witness.ledger.turn) return;
      isReturning = false;
      gate.shutBehind();
    },
    answer: answerEverything,
    answerEverything,
    lose: () => gate.kill(),
    cut,
    restore,
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
