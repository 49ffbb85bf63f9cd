// The three promises every messaging client makes, as rules a machine can judge:
//
//   1. Window usage never exceeds the limit.                       WIN-1
//   2. Sync sends block until acked.                               SYN-1
//   3. Non-persistent or transacted sends never wait for an ack.   ASY-1, ASY-2
//
// A rule looks at an event with the ledger beside it, and says nothing, "holds", or what is broken.
import type { Send } from './model/calls.ts';
import { causesOf } from './model/causes.ts';
import { blocks } from './model/decision.ts';
import type { Ledger } from './model/ledger.ts';
import { asAmount } from './model/window.ts';
import { hasGoneOut } from './model/wait-reason.ts';
import { SENDS, broken, stillPending, type Judgement, type Rule } from './rule.ts';

/** Window usage never exceeds the limit. */
export const WINDOW_USAGE_NEVER_EXCEEDS_THE_LIMIT: Rule = {
  id: 'WIN-1',
  level: 'MUST',
  statement: 'Window usage never exceeds the limit.',
  rationale:
    'The window bounds what a producer may have in flight. If the window leaks, memory on both ' +
    'sides grows with the load, just when the broker is slowest to answer.',
  source: 'notes, producerWindowSize; ActiveMQMessageProducer.send, MemoryUsage.waitForSpace',
  lookFirst:
    'Is space checked and taken in one step? Any await, lock release or callback between the ' +
    'check and the charge lets two senders through.',
  needs: ['window'],
  about: SENDS,
  heeds: ['unit', 'charges', 'admits', 'oversized'],
  judges: { receive: staysWithinTheLimit, return: staysWithinTheLimit },
};

/** A persistent send outside a transaction blocks until it is acked. */
export const SYNC_SENDS_BLOCK_UNTIL_ACKED: Rule = {
  id: 'SYN-1',
  level: 'MUST',
  statement: 'A persistent send outside a transaction blocks until it is acked.',
  rationale:
    'When such a send returns, the application assumes that the broker has stored the message. ' +
    'If the send returns earlier, a crash loses the message silently.',
  source: 'notes, 同步发送; ActiveMQSession.send, the branch of syncSendPacket',
  lookFirst:
    'What does the call await? The call must await the answer to its own message: not the write, ' +
    'not the answer to another message, not the first answer that arrives.',
  needs: [],
  about: [7],
  judges: { return: returnedAcked },
};

/** A non-persistent send never waits for an acknowledgement. */
export const NON_PERSISTENT_SENDS_NEVER_WAIT: Rule = {
  id: 'ASY-1',
  level: 'MUST',
  statement: 'A non-persistent send never waits for an acknowledgement.',
  rationale:
    'The application gave up durability for speed. A send that waits for the broker anyway gives ' +
    'the application neither.',
  source: 'notes, 异步发送, default rule 1; ActiveMQSession.send, the branch of asyncSendPacket',
  lookFirst:
    'Does the call await the promise of the write, or a lock that a synchronous send holds?',
  needs: [],
  about: [5],
  judges: { return: returnedUnanswered, overdue: waitsAlthoughSent },
};

/** A transacted send never waits for an acknowledgement. */
export const TRANSACTED_SENDS_NEVER_WAIT: Rule = {
  id: 'ASY-2',
  level: 'MUST',
  statement: 'A transacted send never waits for an acknowledgement.',
  rationale:
    'The commit waits for all messages of a transaction at once. If every send waits too, each ' +
    'message costs a round trip, which the transaction should avoid.',
  source: 'notes, 异步发送, default rule 3; ActiveMQSession.send, `txid != null`',
  lookFirst:
    'Does the decision check whether a transaction is open? Does the send await the answer to ' +
    'begin?',
  needs: ['transactions'],
  about: [4],
  judges: { return: returnedUnanswered, overdue: waitsAlthoughSent },
};

/** The rules behind the three headline invariants, in their order. */
export const HEADLINE: readonly Rule[] = [
  WINDOW_USAGE_NEVER_EXCEEDS_THE_LIMIT,
  SYNC_SENDS_BLOCK_UNTIL_ACKED,
  NON_PERSISTENT_SENDS_NEVER_WAIT,
  TRANSACTED_SENDS_NEVER_WAIT,
];

/** Whenever a send takes space, no more is in use than the limit allows. */
function staysWithinTheLimit(ledger: Ledger): Judgement {
  const { tookSpace, send, account, settings, profile } = ledger;
  const { windowSize: limit } = settings;
  if (!tookSpace || !send || limit === 0) return undefined;
  if (!send.charged && blocks(send.dispatch)) return undefined;
  if (profile.admits === 'while-room-is-left') return foundRoom(send, ledger);
  if (account.usage <= limit || isOversizedInTurn(send, ledger)) return 'holds';
  if (account.usage - freedBeside(send, ledger) <= limit) return undefined;
  const held = `${asAmount(account.usage, profile)} are unanswered, the limit is ${limit}`;
  return broken(`with ${send.message.id} admitted, ${held}`, send);
}

/** What other blocked callers hold that have a reason to fail: their space may be freed before anybody sees them fail. */
function freedBeside(admitted: Send, ledger: Ledger): number {
  let freed = 0;
  for (const send of ledger.account.holders)
    if (send !== admitted && blocks(send.dispatch) && causesOf(send, ledger).length > 0)
      freed += send.charge;
  return freed;
}

/** It is larger than the window, and went as the profile lets such a send go. */
function isOversizedInTurn(send: Send, { account, settings, profile }: Ledger): boolean {
  const { windowSize: limit } = settings;
  if (send.charge <= limit || profile.oversized === 'fail') return false;
  const before = account.usage - send.charge;
  return profile.oversized === 'wait-then-alone' ? before === 0 : before < limit;
}

/** Any room will do: what had returned before the send was invoked did not fill the window by itself. */
function foundRoom(send: Send, { account, settings, profile }: Ledger): Judgement {
  const { windowSize: limit } = settings;
  if (send.usageWhenInvoked < limit) return 'holds';
  const before = account.heldBefore(send);
  if (before < limit) return 'holds';
  const held = `sends that had returned before held ${asAmount(before, profile)}`;
  return broken(`${send.message.id} was admitted while ${held}; the limit is ${limit}`, send);
}

/** The answer to its own message has come, and it is an acknowledgement. */
export function returnedAcked({ send }: Ledger): Judgement {
  if (send?.answer === 'ack') return 'holds';
  return send && broken(`the send of ${send.message.id} returned before its acknowledgement`, send);
}

/** It returned while its acknowledgement was still outstanding: it did not wait. */
export function returnedUnanswered({ send }: Ledger): Judgement {
  return send?.answer === 'none' ? 'holds' : undefined;
}

/** Its message has gone out, and yet its caller waits. */
export function waitsAlthoughSent(ledger: Ledger): Judgement {
  const { send } = ledger;
  if (!send || !hasGoneOut(send, ledger)) return undefined;
  const why = send.admitted ? 'the broker has its message' : 'it fits';
  return stillPending(send, `${why}, and a send of this kind waits for no acknowledgement`);
}
