// Destinations: the checks at the head of send, before anything is waited for.
import type { Rejection } from '../model/calls.ts';
import { broken, stillPending, type Rule, type RuleId } from '../rule.ts';
import { failsAtOnce } from './rejection.ts';

const DST_1 = destinationRule('DST-1', 'no-destination', 'it has no destination', {
  statement: "Without a destination of its own or the message's, a send fails.",
  rationale: 'There is nowhere to send to; to guess, or to drop the message, hides the mistake.',
  source: 'notes, `A destination must be specified.`',
  lookFirst: 'What happens when neither the producer nor the message names a destination?',
});

const DST_2 = destinationRule('DST-2', 'null-destination', 'its destination is null', {
  statement: 'An explicit null destination fails, also when the producer has one.',
  rationale: 'Null is a mistake of the caller, not a request for the default.',
  source: "notes, `Don't understand null destinations`",
  lookFirst: 'Is null told apart from absent?',
});

const DST_3 = destinationRule('DST-3', 'foreign-destination', 'the producer is bound elsewhere', {
  statement: 'A producer bound to one destination refuses another.',
  rationale: 'A message that goes elsewhere than the producer is bound to is as good as lost.',
  source: 'notes, `This producer can only send messages to: …`',
  lookFirst: "Is the message's destination compared with the producer's?",
});

const DST_4: Rule = {
  id: 'DST-4',
  level: 'MUST',
  statement: 'A failed destination check happens before any wait, and takes no space.',
  rationale: 'A call that can only fail must not first block, nor hold up others.',
  source: 'notes, the order of steps in `ActiveMQMessageProducer.send`',
  lookFirst: 'Does the check stand before the wait for space?',
  needs: ['destinations', 'window'],
  about: ['rejected'],
  judges: {
    throw: ({ send, failure }) => {
      if (!send?.rejection?.endsWith('-destination') || send.fitWhenInvoked) return undefined;
      if (!send.settledPending) return 'holds';
      const kind = failure?.kind;
      if (kind !== undefined && kind !== 'invalid-destination') return undefined;
      return broken(
        `the send of ${send.message.id} waited before its destination was checked`,
        send,
      );
    },
    overdue: ({ send }) =>
      send?.rejection?.endsWith('-destination') && !send.fitWhenInvoked
        ? stillPending(send, 'its destination is wrong, which no wait can mend')
        : undefined,
  },
};

/** DST-1 to DST-4. */
export const DESTINATION_RULES: readonly Rule[] = [DST_1, DST_2, DST_3, DST_4];

type Prose = Pick<Rule, 'statement' | 'rationale' | 'source' | 'lookFirst'>;

function destinationRule(id: RuleId, reason: Rejection, fault: string, prose: Prose): Rule {
  const judges = failsAtOnce(reason, 'invalid-destination', fault);
  return { id, level: 'MUST', ...prose, needs: ['destinations'], about: ['rejected'], judges };
}
