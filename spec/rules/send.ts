// Any send: it fails only for a cause that this book names.
import { causesOf } from '../model/causes.ts';
import { SENDS, broken, type Rule } from '../rule.ts';

const SND_1: Rule = {
  id: 'SND-1',
  level: 'MUST',
  statement: 'A send fails only for a cause that this book names.',
  rationale:
    'An error that nothing caused makes the application drop or repeat a message for no reason.',
  source: 'Jakarta Messaging 3.1, 3.6 and 7.3; ActiveMQMessageProducer.send, its throws clause',
  lookFirst:
    'Which branch threw? Look for a state that outlived its reason: a failure remembered from an ' +
    'earlier send, a timer not cancelled, a signal listened to for too long.',
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
