// The JSON-lines broker as a case drives it: every packet is recorded, and every answer is scripted.
import { unansweredSends, unansweredTransactions } from '../../cases/enabled.ts';
import type { CasePort } from '../ports.ts';
import { JsonLinesBroker } from './json-lines-broker.ts';
import { giveAnswer } from './scripted-broker.ts';
import type { TcpDriver } from './tcp-driver.ts';

/** Starts a fresh broker. `fault` is told when the producer does not keep to the protocol. */
export async function jsonLinesDriver(
  seen: CasePort,
  fault: (fault: unknown) => void,
): Promise<TcpDriver> {
  let answersAll = false;
  const broker = await JsonLinesBroker.listen({
    receive(packet) {
      seen.record({ event: 'receive', packet });
      if (answersAll) answerEverything();
    },
    fault,
  });

  function answerEverything(): void {
    answersAll = true;
    for (const { message, received } of unansweredSends(seen.ledger)) {
      if (received) giveAnswer({ do: 'ack', id: message.id }, broker, seen);
    }
    for (const of of unansweredTransactions(seen.ledger))
      giveAnswer({ do: 'ack', of }, broker, seen);
  }

  return {
    address: broker.address,
    observes: 'packets',
    isLettingThrough: false,
    awaitsReturn: false,
    silenceMs: 0,
    get activity() {
      return broker.activity;
    },
    get released() {
      return broker.answers;
    },
    get wasReached() {
      return broker.connections > 0;
    },
    get isAbandoned() {
      return broker.connections > 0 && !broker.isConnected;
    },
    withhold() {
      answersAll = false;
    },
    answer: (step) => giveAnswer(step, broker, seen),
    answerEverything,
    lose: () => broker.lose(),
    dispose: () => broker.lose(),
  };
}
