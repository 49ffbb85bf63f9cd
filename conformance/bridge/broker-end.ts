// The broker's end of one case: what answers, losses and the end of the case do there. Two kinds: the line
// broker, which is all the kit's own, and the gate in front of a real broker.
import type { HistoryEvent } from '../../spec/history.ts';
import type { Ledger } from '../../spec/ledger.ts';
import { answerableTransaction, unansweredSends, unansweredTransactions } from '../tape/enabled.ts';
import type { AnswerStimulus } from '../tape/stimulus.ts';
import { messageKey, transactionKey } from '../bench/scripted-broker.ts';
import type { Endpoint } from './endpoint.ts';
import { Gate } from './gate.ts';
import { LineBroker } from './line-broker.ts';

/** The case, as a broker's end needs it. */
export interface Witness {
  readonly ledger: Ledger;
  record(event: HistoryEvent): void;
  /** The case cannot go on. */
  fail(error: unknown): void;
}

/** A fresh broker's end for every case, so that nothing of one case can reach another. */
export interface BrokerEnd {
  /** What the producer is given to connect to. */
  readonly address: string;
  readonly observes: 'packets' | 'calls';
  /** Grows whenever something passes, in either direction. */
  readonly activity: number;
  /** Grows with whatever reaches the producer. */
  readonly released: number;
  /** Whether answers are on their way that no step asked for: nothing may be invoked meanwhile. */
  readonly isLettingThrough: boolean;
  /** Whether the producer was ever seen here. */
  readonly wasReached: boolean;
  /** From now on the producer gets no answer that is not recorded. */
  withhold(): void;
  /** Gives one answer, or, where answers cannot be told apart, all. */
  answer(step: AnswerStimulus): void;
  /** Answers what is outstanding and, until `withhold`, whatever comes. */
  answerEverything(): void;
  /** Breaks the connection. The caller has recorded the loss. */
  lose(): void;
  /** The case is over: nothing holds the producer up any more, and nothing is recorded. */
  release(): void;
  dispose(): void;
}

const REASON = 'refused by the tape';

/** The kit's own broker: every packet is seen, and every answer is scripted. */
export async function lineBrokerEnd(witness: Witness): Promise<BrokerEnd> {
  let answersAll = false;
  const broker = await LineBroker.listen({
    receive(packet) {
      witness.record({ event: 'receive', packet });
      if (answersAll) answerEverything();
    },
    fault: (fault) => witness.fail(fault),
  });

  function answerTransaction(event: 'ack' | 'refuse', of: 'begin' | 'commit' | 'rollback'): void {
    const transaction = answerableTransaction(of, witness.ledger)?.id;
    if (transaction === undefined || !broker.canAnswer(transactionKey(of, transaction))) return;
    witness.record({ event, transaction, of, ...(event === 'refuse' && { reason: REASON }) });
    broker[event](transactionKey(of, transaction), REASON);
  }

  function answerEverything(): void {
    answersAll = true;
    for (const { message, received } of unansweredSends(witness.ledger)) {
      if (!received || !broker.canAnswer(messageKey(message.id))) continue;
      witness.record({ event: 'ack', message: message.id });
      broker.ack(messageKey(message.id));
    }
    for (const of of unansweredTransactions(witness.ledger)) answerTransaction('ack', of);
  }

  return {
    address: broker.address,
    observes: 'packets',
    get activity() {
      return broker.activity;
    },
    get released() {
      return broker.answers;
    },
    isLettingThrough: false,
    get wasReached() {
      return broker.connections > 0;
    },
    withhold() {
      answersAll = false;
    },
    answer({ do: event, id: message, of }) {
      if (of !== undefined) return answerTransaction(event, of);
      if (message === undefined || !broker.canAnswer(messageKey(message))) return;
      witness.record({ event, message, ...(event === 'refuse' && { reason: REASON }) });
      broker[event](messageKey(message), REASON);
    },
    answerEverything,
    lose: () => broker.lose(),
    release() {},
    dispose: () => broker.lose(),
  };
}

/** A real broker behind a gate: packets are unseen, and answers come all at once or not at all. */
export async function gateEnd(broker: Endpoint, witness: Witness): Promise<BrokerEnd> {
  const gate = await Gate.listen(broker, {
    brokerGone() {
      if (!witness.ledger.lost) witness.record({ event: 'lose' });
    },
  });

  /**
   * What waits inside the client counts too: from now on it may be sent and answered at any moment. But
   * where the client has given up its connection, no answer can reach it any more.
   */
  function answerEverything(): void {
    if (!gate.isConnected) return;
    for (const { message } of unansweredSends(witness.ledger)) {
      witness.record({ event: 'ack', message: message.id });
    }
    for (const of of unansweredTransactions(witness.ledger)) {
      const transaction = answerableTransaction(of, witness.ledger)?.id;
      if (transaction !== undefined) witness.record({ event: 'ack', transaction, of });
    }
    gate.open();
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
    withhold: () => gate.shut(),
    answer: answerEverything,
    answerEverything,
    lose: () => gate.kill(),
    release: () => gate.open(),
    dispose: () => gate.dispose(),
  };
}
