// Brokers whose every answer is the scenario's: how an answer is recorded and given, and the broker of subjects
// in process.
import type { TransactionAction } from '../../../spec/events/message.ts';
import type { BrokerPort, MayAnswer, Packet } from '../../adapter.ts';
import {
  answerableTransaction,
  unansweredSends,
  unansweredTransactions,
} from '../../cases/enabled.ts';
import { EVERYTHING, type Sayable } from '../../cases/sayable.ts';
import type { AnswerStep } from '../../cases/step.ts';
import { LazySignal, QuietSignal } from '../in-process/signals.ts';
import type { LocalSubject } from '../in-process/subject.ts';
import type { BrokerDriver, CasePort } from '../ports.ts';

/** The reason of every refusal. */
const REASON = 'refused by the scenario';

/** A broker in which packets await their answers under keys: see `messageKey` and `transactionKey`. */
export interface KeyedBroker {
  /** Whether something waits under a key, and can be told this. */
  canAnswer(key: string, answer: AnswerStep['do']): boolean;
  ack(key: string): void;
  refuse(key: string, reason: string): void;
}

/** Records an answer of the scenario, then gives it; neither if nobody waits for it. Returns whether it did. */
export function giveAnswer(
  { do: event, id, of }: Omit<AnswerStep, 'pause'>,
  broker: KeyedBroker,
  seen: CasePort,
): boolean {
  if (of !== undefined) {
    const transaction = answerableTransaction(of, seen.ledger)?.id;
    if (transaction === undefined || !broker.canAnswer(transactionKey(of, transaction), event))
      return false;
    seen.record(
      event === 'ack' ? { event, transaction, of } : { event, transaction, of, reason: REASON },
    );
    broker[event](transactionKey(of, transaction), REASON);
  } else if (id !== undefined && broker.canAnswer(messageKey(id), event)) {
    seen.record(event === 'ack' ? { event, message: id } : { event, message: id, reason: REASON });
    broker[event](messageKey(id), REASON);
  } else return false;
  return true;
}

/** Gives an answer of the scenario, if the protocol can say it; `end` ends the connection, where a refusal does. */
export function giveSayable(
  step: AnswerStep,
  { refuses, refusalEndsConnection }: Sayable,
  broker: KeyedBroker,
  seen: CasePort,
  end: () => void,
): void {
  const isRefusal = step.do === 'refuse';
  if (isRefusal && !refuses.includes(step.of ?? 'message')) return;
  if (!giveAnswer(step, broker, seen) || !isRefusal || !refusalEndsConnection) return;
  seen.record({ event: 'lose', refusal: true });
  end();
}

/** Acknowledges all that was received and has no answer yet. */
export function acknowledgeEverything(broker: KeyedBroker, seen: CasePort): void {
  const { ledger } = seen;
  for (const send of unansweredSends(ledger))
    if (send.received) giveAnswer({ do: 'ack', id: send.message.id }, broker, seen);
  for (const of of unansweredTransactions(ledger)) giveAnswer({ do: 'ack', of }, broker, seen);
}

/** What was answered before the connection broke is answered as before: the producer may not have heard. */
export function answerAnew(packet: Packet, broker: KeyedBroker, { ledger }: CasePort): void {
  if (!ledger.disrupted || packet.type !== 'message') return;
  const send = ledger.sendOf(packet.message.id);
  if (!send || send.answer === 'none') return;
  broker[send.answer](messageKey(send.message.id), REASON);
}

/** The broker of a case in process, whose connection is there until it is lost, or cut, or the producer ends it. */
export function scriptedDriver(
  broker: ScriptedBroker,
  seen: CasePort,
  subject: Pick<LocalSubject, 'resends' | 'isAbandoned'>,
  says: Sayable = EVERYTHING,
): BrokerDriver {
  const cut = () => {
    seen.record({ event: 'cut' });
    broker.cut();
  };
  const restore = () => {
    seen.record({ event: 'restore' });
    broker.restore();
  };
  return {
    observes: 'packets',
    isLettingThrough: false,
    get isAbandoned() {
      return subject.isAbandoned;
    },
    answer: (step) => giveSayable(step, says, broker, seen, () => broker.lose()),
    get released() {
      return broker.released;
    },
    answerEverything: () => broker.answerEach(() => acknowledgeEverything(broker, seen)),
    withhold: () => broker.answerEach(undefined),
    lose: () => broker.lose(),
    ...(subject.resends !== undefined && { cut, restore }),
    release: () => broker.release(),
  };
}

/** The broker's negative answer. Producers know it by its name. */
export class BrokerRefused extends Error {
  override readonly name = 'BrokerRefused';
}

/** The connection went before an answer came. Producers know it by its name. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

const ignore = () => {};

const always: MayAnswer = () => true;

/** A packet's answer, which may never come. */
class Answer {
  readonly may: MayAnswer;
  readonly promise: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor(may: MayAnswer) {
    this.may = may;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  ack(): void {
    this.#resolve();
  }

  /** What a producer does not care to look at is no uncaught error. */
  fail(error: Error): void {
    this.promise.then(undefined, ignore);
    this.#reject(error);
  }
}

const NEVER_LOST = new QuietSignal();

/** `down`: there is no way to the broker. `reachable`: the producer may make its connection anew. */
type Connection = 'up' | 'down' | 'reachable' | 'lost';

/** A broker whose answers are in the hands of the scenario. */
export class ScriptedBroker implements BrokerPort, KeyedBroker {
  readonly #onReceive: (packet: Packet) => void;
  readonly #waiting = new Map<string, Answer[]>();
  #signal: LazySignal | undefined;
  #connection: Connection = 'up';
  /** Producers that wait for a connection. */
  #returning: Answer[] = [];
  #answerEach: (() => void) | undefined;
  /** Answers given so far. */
  released = 0;

  /** `isLossHeard`: whether its connection may break in this case, or its listeners are counted. */
  constructor(onReceive: (packet: Packet) => void, isLossHeard = true) {
    this.#onReceive = onReceive;
    this.#signal = isLossHeard ? new LazySignal() : undefined;
  }

  get lost(): AbortSignal {
    return (this.#signal ?? NEVER_LOST).signal;
  }

  /** Works as well when it is taken out of the broker, as in `const { receive } = broker`. */
  readonly receive = (packet: Packet, mayAnswer: MayAnswer = always): Promise<void> => {
    const key = checkedKeyOf(packet);
    if (key === undefined) return rejected(new TypeError('receive() was given no valid packet'));
    if (this.#connection !== 'up') return rejected(loss());
    const answer = new Answer(mayAnswer);
    const others = this.#waiting.get(key);
    if (others) others.push(answer);
    else this.#waiting.set(key, [answer]);
    this.#onReceive(packet);
    this.#answerEach?.();
    return answer.promise;
  };

  readonly reconnect = (): Promise<void> => {
    if (this.#connection === 'lost') return rejected(loss());
    if (this.#connection === 'reachable') this.#connect();
    if (this.#connection === 'up') return Promise.resolve();
    const answer = new Answer(always);
    this.#returning.push(answer);
    return answer.promise;
  };

  canAnswer(key: string, answer: AnswerStep['do']): boolean {
    return this.#waiting.get(key)?.every(({ may }) => may(answer)) ?? false;
  }

  ack(key: string): void {
    for (const answer of this.#take(key)) answer.ack();
  }

  refuse(key: string, reason: string): void {
    for (const answer of this.#take(key)) answer.fail(new BrokerRefused(reason));
  }

  lose(): void {
    this.#breakOff('lost');
    for (const answer of this.#returning.splice(0)) answer.fail(loss());
  }

  /** Breaks the connection until `restore`. */
  cut(): void {
    this.#breakOff('down');
  }

  /** The producer can make its connection anew, and does if it waits for that. */
  restore(): void {
    this.#connection = 'reachable';
    if (this.#returning.length > 0) this.#connect();
  }

  /** Calls `answer` now, and after each packet that comes; undefined: no more. */
  answerEach(answer: (() => void) | undefined): void {
    this.#answerEach = answer;
    answer?.();
  }

  /** Acknowledges everything: nobody looks any more. */
  release(): void {
    if (this.#connection === 'down') this.restore();
    this.answerEach(() => {
      for (const key of this.#waiting.keys()) this.ack(key);
    });
  }

  #connect(): void {
    this.#connection = 'up';
    this.#signal = new LazySignal();
    for (const answer of this.#returning.splice(0)) answer.ack();
  }

  #breakOff(connection: Connection): void {
    if (!this.#signal) throw new Error('this broker was made never to lose its connection');
    this.#connection = connection;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    const error = loss();
    this.#signal.abort(error);
    for (const answers of all) for (const answer of answers) answer.fail(error);
  }

  #take(key: string): Answer[] {
    this.released += 1;
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    return waiting;
  }
}

/** The key under which a message awaits its answer. */
export function messageKey(id: string): string {
  return `message ${id}`;
}

/** The key under which a begin, commit or rollback awaits its answer. */
export function transactionKey(of: TransactionAction, id: string): string {
  return `${of} ${id}`;
}

/** The key under which a packet awaits its answer. */
export function keyOf(packet: Packet): string {
  return packet.type === 'message'
    ? messageKey(packet.message.id)
    : transactionKey(packet.type, packet.transaction);
}

/** The same of what a producer gave, whatever that is. */
function checkedKeyOf(packet: Packet | undefined): string | undefined {
  switch (packet?.type) {
    case 'message':
      return typeof packet.message?.id === 'string' ? keyOf(packet) : undefined;
    case 'begin':
    case 'commit':
    case 'rollback':
      return typeof packet.transaction === 'string' ? keyOf(packet) : undefined;
    default:
      return undefined;
  }
}

function loss(): ConnectionLost {
  return new ConnectionLost('the connection was lost');
}

function rejected(error: Error): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(ignore);
  return promise;
}
