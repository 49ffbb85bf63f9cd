// Any send: it fails only with a documented error.
import { causesOf } from '../model/causes.ts';
import { SENDS, broken, type Rule } from '../rule.ts';

const SND_1: Rule = {
  id: 'SND-1',
  level: 'MUST',
  statement: 'A send fails only with a documented error.',
  rationale:
    'An error without a cause makes the application drop or repeat a message for no reason.',
  source: 'Jakarta Messaging 3.1, 7.2 and 7.3.2; ActiveMQMessageProducer.send, its throws clause',
  lookFirst:
    'Which branch threw? Look for state that outlived its reason: a failure kept from an earlier ' +
    'send, a timer that was not cancelled, a listener that was not removed.',
  needs: [],
  about: [...SENDS, 'rejected'],
  judges: {
    throw: (ledger) => {
      const { send } = ledger;
      if (!send) return undefined;
      if (causesOf(send, ledger).length > 0) return 'holds';
      const message = ledger.failure?.message ?? '';
      return broken(`the send of ${send.message.id} failed without a cause: ${message}`, send);
    },
  },
};

/** SND-1. */
export const SEND_RULES: readonly Rule[] = [SND_1];
