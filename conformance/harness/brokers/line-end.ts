// The line broker as a case sees it: every packet is recorded, and every answer is scripted.
import type { TransactionAction } from '../../../spec/events/message.ts';
import { messageKey, transactionKey } from './scripted-broker.ts';
import {
  answerableTransaction,
  unansweredSends,
  unansweredTransactions,
} from '../../cases/enabled.ts';
import type { BrokerEnd, Witness } from './broker-end.ts';
import { LineBroker } from './line-broker.ts';

const REASON = 'refused by the scenario';

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

  function answerTransaction(event: 'ack' | 'refuse', of: TransactionAction): void {
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
    awaitsReturn: false,
    silenceMs: 0,
    get wasReached() {
      return broker.connections > 0;
    },
    get isForsaken() {
      return broker.connections > 0 && !broker.isConnected;
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
