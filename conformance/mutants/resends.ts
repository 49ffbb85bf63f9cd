// Mutants of making a connection anew: what was unanswered is forgotten, comes in another order, or too often.
import type { Resends } from '../adapter.ts';
import type { Job } from './calls.ts';
import type { EngineClass } from './engine.ts';
import { because, issue, type Mutant } from './mutant.ts';
import { reconnecting, type ReconnectingClass } from './reconnecting.ts';

type ResendMutant = Omit<Mutant, 'id' | 'resends' | 'make'> & {
  /** Default `at-least-once`. */
  readonly resends?: Resends;
  readonly make: (Reconnecting: ReconnectingClass) => EngineClass;
};

const NOT_ANSWERED = because('who waits for its answer waits for ever', 'SYN-4', 'SYN-8');

export const RESEND_MUTANTS = ofReconnecting({
  'resend-drops-what-is-sent-while-down': {
    breaks: ['RSD-1'],
    also: {
      ...because('it returns although the window is full', 'WIN-2'),
      ...because('what is dropped is not told of a loss either', 'ERR-3'),
    },
    what: 'While there is no connection a send returns at once, and its message is dropped.',
    reports: [issue('postwait/node-amqp', 373)],
    make: (Reconnecting) =>
      class extends Reconnecting {
        override enqueue(job: Job) {
          if (this.isUp || !this.isCharged(job)) super.enqueue(job);
          else this.end(job);
        }
      },
  },
  'resend-keeps-the-count-alone': {
    breaks: ['RSD-1'],
    also: { ...NOT_ANSWERED, ...because('their space stays taken', 'WIN-3', 'WIN-4') },
    what: 'With the connection the list of unanswered messages goes; their number is kept.',
    reports: [issue('eclipse-paho/paho.mqtt.python', 24)],
    make: (Reconnecting) =>
      class extends Reconnecting {
        override goneDown() {
          this.inFlight.clear();
        }
      },
  },
  'resend-forgets-callbacks': {
    breaks: ['RSD-1'],
    what: 'What was sent with a callback is not sent again, and the callback is never called.',
    make: (Reconnecting) =>
      class extends Reconnecting {
        override isToBeSentAgain(job: Job) {
          return super.isToBeSentAgain(job) && job.dispatch !== 'completion';
        }
      },
  },
  'resend-takes-the-oldest-off-the-list': {
    breaks: ['RSD-3', 'RSD-1'],
    what: 'Any answer takes the oldest message off the list of what is to be sent again.',
    reports: [issue('jwalton/node-amqp-connection-manager', 142)],
    make: (Reconnecting) =>
      class extends Reconnecting {
        override answered(job: Job, error?: Error) {
          const [oldest] = this.inFlight;
          super.answered(job, error);
          if (!oldest || oldest === job || error?.name === 'ConnectionLost') return;
          this.inFlight.delete(oldest);
          this.inFlight.add(job);
        }
        override isToBeSentAgain() {
          return true;
        }
      },
  },
  'resend-sends-the-answered-again': {
    breaks: ['RSD-3'],
    what: 'What was refused stays on the list of what is to be sent again.',
    make: (Reconnecting) =>
      class extends Reconnecting {
        override answered(job: Job, error?: Error) {
          super.answered(job, error);
          if (error?.name === 'BrokerRefused') this.inFlight.add(job);
        }
        override isToBeSentAgain() {
          return true;
        }
      },
  },
  'resend-backwards': {
    breaks: ['RSD-2'],
    what: 'What is unanswered is sent again from the newest to the oldest.',
    reports: [issue('novastone-media/MQTT-Client-Framework', 249)],
    make: (Reconnecting) =>
      class extends Reconnecting {
        override sendAgain() {
          this.inFlight = new Set([...this.inFlight].toReversed());
          super.sendAgain();
        }
      },
  },
  'resend-behind-what-is-new': {
    breaks: ['RSD-2'],
    also: because('what is new goes out, and what is sent again comes on top', 'WIN-1', 'WIN-4'),
    what: 'What waited for the connection goes out first, and then what is unanswered.',
    reports: [issue('mqttjs/MQTT.js', 450)],
    make: (Reconnecting) =>
      class extends Reconnecting {
        override sendAgain() {
          const before = this.inFlight;
          this.inFlight = new Set();
          this.pump();
          const since = this.inFlight;
          this.inFlight = before;
          super.sendAgain();
          for (const job of since) this.inFlight.add(job);
        }
      },
  },
  'resend-in-the-order-of-a-table': {
    breaks: ['RSD-2'],
    what: 'What is unanswered is sent again by kind: first those whose callers wait.',
    reports: [issue('eclipse-paho/paho.mqtt.golang', 731)],
    make: (Reconnecting) =>
      class extends Reconnecting {
        override sendAgain() {
          const rank = (job: Job) => (this.isCharged(job) ? 1 : 0);
          const jobs = [...this.inFlight].toSorted((one, other) => rank(one) - rank(other));
          this.inFlight = new Set(jobs);
          super.sendAgain();
        }
      },
  },
  'resend-twice': {
    breaks: ['RSD-1'],
    what: 'Two paths notice that the connection is back, and each sends again.',
    make: (Reconnecting) =>
      class extends Reconnecting {
        override sendAgain() {
          super.sendAgain();
          super.sendAgain();
        }
      },
  },
  'resend-of-what-was-reported': {
    breaks: ['RSD-1'],
    what: 'Who waits is told of the broken connection; the message is sent again all the same.',
    make: (Reconnecting) =>
      class extends Reconnecting {
        override goneDown() {
          for (const job of this.inFlight)
            if (!this.isCharged(job)) this.fail(job, 'connection-lost');
        }
        override isToBeSentAgain() {
          return true;
        }
      },
  },
  'resend-frees-the-window': {
    breaks: ['WIN-4'],
    also: because('what is sent again counts for nothing', 'WIN-1', 'WIN-2', 'WIN-12'),
    what: 'A broken connection empties the window; what is sent again is not charged.',
    make: (Reconnecting) =>
      class extends Reconnecting {
        override goneDown() {
          this.emptyWindow();
        }
      },
  },
  'resend-after-the-first-cut-only': {
    breaks: ['RSD-1'],
    also: {
      ...NOT_ANSWERED,
      ...because(
        'nor is the loss of the new connection noticed',
        'ERR-1',
        'ERR-3',
        'ERR-4',
        'ERR-5',
      ),
      ...because('what is sent then goes nowhere', 'ORD-4', 'WIN-3', 'WIN-4', 'WIN-8'),
    },
    what: 'The new connection is not watched: when it breaks too, nothing is done.',
    make: (Reconnecting) =>
      class extends Reconnecting {
        override listen() {}
        override answered(job: Job, error?: Error) {
          if (error?.name !== 'ConnectionLost') super.answered(job, error);
        }
      },
  },
  'resend-against-the-promise': {
    breaks: ['RSD-1'],
    resends: 'at-most-once',
    what: 'What has a callback is sent again, by a producer that promises not to.',
    make: (Reconnecting) =>
      class extends Reconnecting {
        override giveUp(job: Job) {
          if (job.dispatch !== 'completion') super.giveUp(job);
        }
      },
  },
  'resend-tells-no-callback': {
    breaks: ['RSD-1'],
    also: because('nor are they told of a loss', 'ERR-3'),
    resends: 'at-most-once',
    what: 'What is given up is told to callers and to the error listener, not to callbacks.',
    make: (Reconnecting) =>
      class extends Reconnecting {
        override giveUp(job: Job) {
          if (job.dispatch !== 'completion') return super.giveUp(job);
          this.inFlight.delete(job);
          job.state = 'done';
          this.settle(job);
        }
      },
  },
});

function ofReconnecting(byId: Readonly<Record<string, ResendMutant>>): readonly Mutant[] {
  return Object.entries(byId).map(([id, { resends = 'at-least-once', ...mutant }]) => ({
    ...mutant,
    id,
    resends,
    make: (Producer) => mutant.make(reconnecting(Producer, resends)),
  }));
}
