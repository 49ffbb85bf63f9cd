// The gate as a case sees it: packets are unseen, and answers come all at once or not at all.
import type { Send } from '../../spec/calls.ts';
import { answerableTransaction, unansweredTransactions } from '../tape/enabled.ts';
import { realNowMs } from '../bench/virtual-time.ts';
import type { BrokerEnd, Witness } from './broker-end.ts';
import type { BrokerLag } from './broker-lag.ts';
import type { Endpoint } from './endpoint.ts';
import { Gate } from './gate.ts';

/** Puts a fresh gate in front of a real broker. */
export async function gateEnd(
  broker: Endpoint,
  lag: BrokerLag,
  witness: Witness,
): Promise<BrokerEnd> {
  let askedMs: number | undefined;
  const gate = await Gate.listen(broker, {
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
    if (!gate.isConnected) return;
    for (const id of witness.sent) {
      if (mayBeAnswered(witness.ledger.sendOf(id))) witness.record({ event: 'ack', message: id });
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
    get isForsaken() {
      return gate.bytesToBroker > 0 && !gate.isConnected;
    },
    get silenceMs() {
      return lag.silenceMs;
    },
    withhold: () => gate.shutBehind(),
    answer: answerEverything,
    answerEverything,
    lose: () => gate.kill(),
    release: () => gate.open(),
    dispose: () => gate.dispose(),
  };
}

/** A call that failed may have been sent all the same, and have its callback answered. */
function mayBeAnswered(send: Send | undefined): boolean {
  return send?.answer === 'none' && (send.outcome !== 'failed' || send.completion);
}
