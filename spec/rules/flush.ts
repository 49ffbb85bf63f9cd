// Flush: a promise of other clients than the notes' (Kafka, Pulsar, librdkafka). Judged only where it is claimed.
import { causesOf } from '../model/causes.ts';
import type { FlushCall } from '../model/calls.ts';
import { firstOwed } from '../model/flush.ts';
import type { Ledger } from '../model/ledger.ts';
import { broken, chapter, stillPending } from '../rule.ts';

/** FLU-1 to FLU-3. */
export const FLUSH_RULES = chapter({ needs: ['flush'], about: ['flush'] }, [
  {
    id: 'FLU-1',
    statement:
      'Flush returns only after everything that had been sent before it has been answered.',
    rationale:
      'Before it stops, or takes a checkpoint, an application flushes. If flush returns early, it ' +
      'takes for stored what the broker may yet refuse or never see.',
    source:
      'KafkaProducer.flush, "any previously sent record will have completed"; apache/pulsar-client-cpp ' +
      '51, 352; googleapis/nodejs-pubsub 1620',
    lookFirst:
      'What does flush look at: what is queued, or also what is written and unanswered? Does a ' +
      'refusal, or the first answer, end it for all?',
    judges: {
      return: (ledger) => {
        const flush = flushOf(ledger);
        if (!flush || flush.owed.length === 0) return undefined;
        const owed = firstOwed(flush, ledger);
        if (!owed) return 'holds';
        const what = `${owed.message.id}, which had been sent before it, is unanswered`;
        return broken(`the flush returned, although ${what}`, flush);
      },
    },
  },
  {
    id: 'FLU-2',
    statement:
      'Flush ends once nothing is unanswered any more, and fails only if something has failed.',
    rationale:
      'A flush that never ends stops the application that wanted to be sure. A refusal is an ' +
      'answer too: flush may report it, or leave it to the send and its callback.',
    source: 'KafkaProducer.flush; librdkafka, rd_kafka_flush',
    lookFirst:
      'What wakes a flush: every answer, refusals and the answers to sends that have failed ' +
      'included? Does it look first whether there is anything to wait for?',
    judges: {
      return: ({ lost, closeInvoked }) => (lost || closeInvoked ? undefined : 'holds'),
      throw: (ledger) => {
        const { call, failure } = ledger;
        if (!call || causesOf(call, ledger).length > 0) return undefined;
        return broken(`the flush failed, although nothing had: ${failure?.message}`, call);
      },
      overdue: ({ call, lost, closeInvoked }) =>
        call && !lost && !closeInvoked
          ? stillPending(call, 'nothing is unanswered any more')
          : undefined,
    },
  },
  {
    id: 'FLU-3',
    statement: 'Flush ends promptly if the connection is lost or the producer is closed.',
    rationale: 'No answer can come any more, so a flush that still waits for one waits forever.',
    source: 'KafkaProducer.close, which completes or fails what is unsent; rd_kafka_flush',
    lookFirst:
      'Do close and the loss of the connection let go of who flushes, and does a flush after ' +
      'them look first?',
    judges: {
      return: ended,
      throw: ended,
      overdue: ({ call, lost, closeInvoked }) => {
        if (!call || !(lost || closeInvoked)) return undefined;
        return stillPending(call, lost ? 'the connection is lost' : 'the producer was closed');
      },
    },
  },
]);

function flushOf({ call }: Ledger): FlushCall | undefined {
  return call?.action === 'flush' ? call : undefined;
}

function ended({ lost, closeInvoked }: Ledger): 'holds' | undefined {
  return lost || closeInvoked ? 'holds' : undefined;
}
