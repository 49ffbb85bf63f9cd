// Transactions: what belongs to one, what ends it, and what each call waits for.
// ASY-2, that transacted sends never wait, is in headline.ts.
import { failedAs, rejectedCall } from './send.ts';
import { type Call, type Send, TransactionCall } from '../model/calls.ts';
import { causesOf, isForbidden } from '../model/causes.ts';
import type { ReceiveEvent } from '../events/history.ts';
import { mayFailInCallback } from '../model/in-callbacks.ts';
import type { Ledger } from '../model/ledger.ts';
import { isPastItsTransaction, isWaiting } from '../model/wait-reason.ts';
import { broken, brokenBy, chapter, SENDS, stillPending, type Judgement } from '../rule.ts';

/** TXN-1 to TXN-7. */
export const TRANSACTION_RULES = chapter({ needs: ['transactions'] }, [
  {
    id: 'TXN-1',
    statement: 'Commit blocks until it is acked.',
    rationale:
      'The sends of a transaction do not wait. The application learns from the commit that all ' +
      'messages are safe.',
    source: 'TransactionContext.commit, `this.connection.syncSendPacket(info)`',
    lookFirst: 'Does commit await the answer to its own packet?',
    about: ['transaction'],
    judges: {
      return: ({ call }) => {
        const transaction = call?.action === 'commit' ? call.transaction : undefined;
        if (!call || !transaction || transaction.messages === 0) return undefined;
        if (transaction.endAnswer === 'ack') return 'holds';
        return broken('commit returned before its acknowledgement', call);
      },
    },
  },
  {
    id: 'TXN-2',
    statement:
      "A transaction's messages carry it, and reach the broker after its begin and before its " +
      'commit.',
    rationale:
      'A message outside its transaction survives a rollback, or is missing from the commit.',
    source: 'notes, `doStartTransaction(); txid = transactionContext.getTransactionId()`',
    lookFirst:
      'When does the producer read the transaction id: when send is called, or when the packet ' +
      'is written?',
    seesPackets: true,
    judges: {
      receive: (ledger, event) =>
        event.packet.type === 'message'
          ? judgeMembership(ledger, event.packet.transaction)
          : judgeEndPacket(ledger, event),
      overdue: (ledger) =>
        leftBehindBy('commit', ledger) &&
        stillPending(ledger.call!, 'the commit of its transaction has overtaken it'),
    },
  },
  {
    id: 'TXN-3',
    statement: 'Commit or rollback ends the transaction: the next send is outside.',
    rationale:
      'A message sent in a transaction that is over is never committed, so the message is lost.',
    source: 'TransactionContext.commit and rollback, `transactionId = null`',
    lookFirst: 'Does commit clear the transaction, even if the commit then fails?',
    seesPackets: true,
    about: SENDS,
    judges: {
      receive: ({ send, transactions }, { packet }) => {
        if (packet.type !== 'message' || !send || transactions.count === 0) return undefined;
        if (!carriesEnded(send, packet.transaction, transactions)) {
          return send.transaction ? undefined : 'holds';
        }
        return broken(`${send.message.id} was sent in ${packet.transaction}, which is over`, send);
      },
    },
  },
  {
    id: 'TXN-4',
    statement:
      'A rolled-back transaction sends nothing more, and the broker is told of the rollback.',
    rationale:
      'A message that goes out after the rollback is outside any transaction, or in a new one.',
    source:
      'this rule book, strict profile: a rollback fails every waiting send of its transaction',
    lookFirst:
      'Does the rollback withdraw all waiting sends at once, or does one withdrawal wake the ' +
      'next send?',
    needsUnseen: ['window'],
    under: { transactionsBind: ['waiting-sends'] },
    heeds: ['failures'],
    about: [...SENDS, 'transaction'],
    judges: {
      settle: judgeRollbackToldOf,
      throw: ({ send }) =>
        send?.waited && send.transaction?.endedBy === 'rollback' ? 'holds' : undefined,
      return: judgeAfterRollback,
      receive: judgeAfterRollback,
      overdue: (ledger) =>
        leftBehindBy('rollback', ledger) &&
        stillPending(ledger.call!, 'its transaction was rolled back'),
    },
  },
  {
    id: 'TXN-5',
    statement: 'A refused commit throws, and is not reported as done.',
    rationale: 'A commit that hides its refusal loses the whole batch silently.',
    source: 'TransactionContext.commit; Jakarta Messaging 3.1, 6.2.7',
    lookFirst: 'What does commit do with an answer that is an error?',
    about: ['transaction'],
    judges: {
      return: ({ call }) => {
        if (!call || !refusedCommit(call)) return undefined;
        // One that has sent nothing need not wait for its answer, and may have returned before it.
        if (!call.settledPending && call.transaction?.messages === 0) return undefined;
        return broken('commit returned, although the broker refused it', call);
      },
      throw: (ledger) => {
        const { call } = ledger;
        if (!call || !refusedCommit(call)) return undefined;
        return failedAs('refused', call, ledger);
      },
      overdue: ({ call }) =>
        call && refusedCommit(call) ? stillPending(call, 'the broker refused it') : undefined,
    },
  },
  {
    id: 'TXN-6',
    statement: 'Commit or rollback outside a transaction is an error and sends nothing.',
    rationale: 'Such a call is a mistake in the application, and silence would hide the mistake.',
    source: 'Jakarta Messaging 3.1, Session.commit: IllegalStateException',
    lookFirst: 'Does the call check first whether a transaction is open?',
    judges: {
      receive: ({ pending, transactions }, { packet }) => {
        if (packet.type !== 'commit' && packet.type !== 'rollback') return undefined;
        if (transactions.get(packet.transaction)) return undefined;
        const call = [...pending].find((one) => one.action === packet.type && endsNothing(one));
        return call && broken(`${call.action} outside a transaction was sent`, call);
      },
      return: (ledger) => {
        const { call } = ledger;
        if (!call || !endsNothing(call) || isExcused(ledger)) return undefined;
        return broken(`${call.action} returned, although no transaction was open`, call);
      },
      throw: (ledger) => {
        const { call } = ledger;
        if (!call || !endsNothing(call)) return undefined;
        const kind = ledger.failure?.kind;
        if (kind === undefined || kind === 'illegal-state') return 'holds';
        if (isExcused(ledger)) return undefined;
        return broken(`${call.action} outside a transaction failed with kind ${kind}`, call);
      },
      overdue: ({ call }) =>
        call && endsNothing(call) ? stillPending(call, 'no transaction is open') : undefined,
    },
  },
  {
    id: 'TXN-7',
    statement: 'Begin, commit and rollback end once answered, and say what the answer was.',
    rationale: 'A commit that never returns blocks its thread forever, although its work is done.',
    source: 'TransactionContext.begin, commit and rollback',
    lookFirst: 'Does the producer match answers to transaction calls, as it does to sends?',
    judges: {
      return: ({ call }) => {
        if (!(call instanceof TransactionCall)) return undefined;
        const answer = answerTo(call);
        // A begin or rollback need not wait for its answer, and may have returned before it.
        if (answer !== 'refuse' || !call.settledPending || call.action === 'commit')
          return answer === 'ack' ? 'holds' : undefined;
        return brokenBy(call, 'returned, although the broker refused it');
      },
      receive: ({ send, transactions }, { packet }) => {
        const { type, transaction: id } = packet;
        if (!transactions.neverBegan(id, send)) return undefined;
        const what = type === 'message' ? packet.message.id : `a ${type}`;
        return broken(`${what} was sent in ${id}, whose begin had failed`, send);
      },
      throw: (ledger) => {
        const { call } = ledger;
        if (!(call instanceof TransactionCall)) return undefined;
        if (causesOf(call, ledger).length > 0 || isForbidden(call, ledger)) return undefined;
        return broken(`${call.action} failed without a cause: ${ledger.failure?.message}`, call);
      },
      overdue: ({ call, lost, closeInvoked }) => {
        if (!(call instanceof TransactionCall && call.transaction)) return undefined;
        const answer = answerTo(call);
        if (answer === undefined && (lost || closeInvoked)) return undefined;
        const why =
          answer === undefined ? 'nothing it could wait for is left' : 'the broker answered it';
        return stillPending(call, why);
      },
    },
  },
]);

function judgeMembership(ledger: Ledger, carried: string | undefined): Judgement {
  const { send } = ledger;
  if (!send || !ledger.receivedNow) return undefined;
  if (carriesEnded(send, carried, ledger.transactions)) return undefined;
  if (ledger.transactions.neverBegan(carried, send)) return undefined;
  const { id } = send.message;
  const transaction = send.transaction;
  if (!transaction) {
    return carried === undefined
      ? undefined
      : broken(`${id} carries ${carried}, uncalled for`, send);
  }
  const boundOnlyOnceSent = ledger.profile.transactionsBind !== 'waiting-sends';
  if (boundOnlyOnceSent && transaction.endedBy && isBeingAdmitted(send, ledger)) return undefined;
  if (transaction.endedBy === 'rollback' || transaction.begin === 'refused') return undefined;
  if (transaction.begin === 'unsent') return broken(`${id} arrived before its begin`, send);
  if (carried !== transaction.id) {
    return broken(
      `${id} carries ${carried ?? 'no transaction'} instead of ${transaction.id}`,
      send,
    );
  }
  if (transaction.endReceived) return broken(`${id} arrived after its commit`, send);
  return transaction.ended ? broken(`${id} arrived after its commit had returned`, send) : 'holds';
}

/** Its packet admits it, or follows the return that did: one that waited for space may be written a little later. */
function isBeingAdmitted(send: Send, { admitted, admittedThisTurn }: Ledger): boolean {
  if (admitted) return true;
  return (send.waited || !send.fitWhenInvoked) && admittedThisTurn.includes(send);
}

/** A close may roll back what is open: without a commit, the transaction has no effect anyway. */
function judgeEndPacket(ledger: Ledger, { packet }: ReceiveEvent): Judgement {
  if (packet.type === 'message' || packet.type === 'begin') return undefined;
  const transaction = ledger.transactions.get(packet.transaction);
  if (transaction?.endedBy === packet.type || transaction?.abandoned) return undefined;
  if (transaction && ledger.closeInvoked && packet.type === 'rollback') return undefined;
  // Its call should have failed at once, as another rule says.
  if (rejectedCall(packet.type, ledger)) return undefined;
  const what = transaction
    ? `${packet.transaction} was not to end so`
    : 'its transaction never began';
  return broken(`the broker received a ${packet.type}, but ${what}`);
}

/** Whether a packet names a transaction that was over when its send was invoked. */
function carriesEnded(
  send: Send,
  carried: string | undefined,
  all: Ledger['transactions'],
): boolean {
  if (carried === undefined || carried === send.transaction?.id) return false;
  return all.get(carried)?.endedBy !== undefined;
}

function judgeAfterRollback(ledger: Ledger): Judgement {
  const { send } = ledger;
  const transaction = send?.transaction;
  if (!send || transaction?.endedBy !== 'rollback') return undefined;
  const { id } = send.message;
  if (ledger.receivedNow && transaction.ended) {
    return broken(`${id} arrived after its transaction was rolled back`, send);
  }
  if (!ledger.admitted || !send.waited) return undefined;
  if (!send.received && mayFailInCallback(send, ledger)) return undefined;
  if (transaction.endedTurn === ledger.turn && ledger.isRacing) return undefined;
  return broken(`${id} waited when its transaction was rolled back, and slipped out`, send);
}

/** A broker that knows of the transaction would keep it open, and its messages with it. */
function judgeRollbackToldOf(ledger: Ledger): Judgement {
  const { ended } = ledger.transactions;
  const { turn, isRacing, lost, closeInvoked, disrupted, seesPackets, profile } = ledger;
  if (ended?.endedBy !== 'rollback' || ended.endedTurn !== turn) return undefined;
  if (!seesPackets || isRacing || lost || closeInvoked || disrupted) return undefined;
  const isKnown = ended.begin === 'received' || ended.begin === 'acked';
  if (!isKnown) return undefined;
  // Where nothing waits, nothing else puts the rule to the test.
  if (ended.endReceived && (ended.ended || profile.whenFull === 'fail')) return 'holds';
  if (!ended.ended) return undefined;
  return broken(`the rollback of ${ended.id} returned, and the broker was not told`);
}

/** Whether the overdue send waits although its transaction has ended so. */
function leftBehindBy(by: 'commit' | 'rollback', ledger: Ledger): true | undefined {
  const { send } = ledger;
  if (send?.transaction?.endedBy !== by || !isWaiting(send, ledger)) return undefined;
  return isPastItsTransaction(send, ledger) || undefined;
}

/** What the broker said to a transaction call; absent: nothing yet. */
function answerTo({ action, transaction }: TransactionCall): 'ack' | 'refuse' | undefined {
  if (!transaction) return undefined;
  if (action === 'begin') {
    if (transaction.begin === 'refused') return 'refuse';
    return transaction.begin === 'acked' ? 'ack' : undefined;
  }
  return transaction.endAnswer === 'none' ? undefined : transaction.endAnswer;
}

function refusedCommit(call: Call): call is TransactionCall {
  return call.action === 'commit' && call.transaction?.endAnswer === 'refuse';
}

/** Something else may have been noticed first. */
function isExcused({ closeInvoked, lost, disrupted }: Ledger): boolean {
  return closeInvoked || lost || disrupted;
}

function endsNothing(call: Call): call is TransactionCall {
  const ends = call.action === 'commit' || call.action === 'rollback';
  return ends && !call.transaction && !call.rejection;
}
