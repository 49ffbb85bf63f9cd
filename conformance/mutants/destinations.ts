// Mutants of a producer that sends to several destinations. What is wrong with its checks is in failure.ts.
import type { OutgoingMessage } from '../adapter.ts';
import { deferred } from './builds.ts';
import type { Job } from './calls.ts';
import { because, issue, mutants, NEVER_CALLED_BACK, SYNC_GOES_OUT } from './mutant.ts';

export const DESTINATION_MUTANTS = mutants({
  'only-the-first-lane-is-written': {
    breaks: ['ORD-4'],
    also: {
      ...because('what is never written is never answered', 'WIN-3', 'WIN-4', 'WIN-8', 'SYN-8'),
      ...because('its caller waits for nothing', 'SYN-6', 'TXN-7', 'ERR-1'),
      ...NEVER_CALLED_BACK,
    },
    what: 'Each destination has a lane; only that of the first one has a timer that writes it.',
    reports: [issue('Azure/azure-sdk-for-python', 38961)],
    make: (Producer) =>
      class extends deferred(Producer) {
        first: OutgoingMessage['destination'];
        override write(job: Job) {
          const { destination } = job.message;
          this.first ??= destination;
          if (destination === this.first) this.transmit(job);
          else this.outbox.push(job);
        }
      },
  },
  'lanes-are-stacks': {
    breaks: ['ORD-1', 'ORD-2', 'WIN-5'],
    what: 'If a burst goes to several destinations, it is taken apart from its end.',
    make: (Producer) =>
      class extends deferred(Producer) {
        override writeOut() {
          const lanes = new Set(this.outbox.map(({ message }) => message.destination));
          if (!this.settings.destination && lanes.size > 1) this.outbox.reverse();
          super.writeOut();
        }
      },
  },
  'batch-goes-where-its-first-message-goes': {
    breaks: ['ORD-5'],
    what: 'All messages of a burst go to the destination of the first one.',
    make: (Producer) =>
      class extends deferred(Producer) {
        destination: OutgoingMessage['destination'];
        override writeOut() {
          this.destination = this.outbox[0]?.message.destination;
          super.writeOut();
        }
        override packetOf(job: Job) {
          const { destination } = this;
          const packet = super.packetOf(job);
          if (packet.type !== 'message' || destination === undefined) return packet;
          return { ...packet, message: { ...packet.message, destination } };
        }
      },
  },
  'window-for-each-destination': {
    breaks: ['WIN-1'],
    also: SYNC_GOES_OUT,
    what: 'Each destination has a window of its own, and nobody adds them up.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          const { usage } = this;
          for (const other of this.unanswered)
            if (other.message.destination !== job.message.destination) this.usage -= other.held;
          const fits = super.fits(job);
          this.usage = usage;
          return fits;
        }
      },
  },
  'last-destination-is-remembered': {
    breaks: ['DST-1'],
    also: { 'DST-4': 'what passes the check waits for space' },
    what: 'A message without a destination goes where the one before it went.',
    make: (Producer) =>
      class extends Producer {
        last: OutgoingMessage['destination'];
        override checkDestination(message: OutgoingMessage) {
          if (message.destination !== undefined || this.last === undefined)
            super.checkDestination(message);
          this.last = message.destination ?? this.last;
        }
      },
  },
});
