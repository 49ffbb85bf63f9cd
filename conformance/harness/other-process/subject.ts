// The subject port over a producer of another process. Calls are numbered from 1 in the history, and on the wire
// through all cases, so that late news of a former producer can be told.
import type { HistoryEvent, Op } from '../../../spec/events/history.ts';
import type { OutgoingMessage, TransactionAction } from '../../../spec/events/message.ts';
import type { Capability, ProducerSettings } from '../../../spec/events/settings.ts';
import { hasCallback, type SendStep } from '../../cases/step.ts';
import type { CasePort, SubjectPort } from '../ports.ts';
import type { Conversation } from './conversation.ts';
import type { CaseEvent } from './protocol.ts';
import { waitFor } from './quiescence.ts';

/** Milliseconds that the last `close` may take. */
const CLOSE_MS = 500;

/** What a producer is reached by. */
export interface Connection {
  readonly conversation: Conversation;
  /** The broker it is told to connect to. */
  readonly address: string;
  readonly chargedSize: SubjectPort['chargedSize'];
}

/** One producer of an adapter process. */
export class RemoteSubject implements SubjectPort {
  readonly isConcurrent = true;
  readonly chargedSize: SubjectPort['chargedSize'];
  /** Grows with everything that the producer says. */
  activity = 0;
  /** Its usage figure is not to be shown at the next settle point. */
  hidesUsage = false;
  readonly #connection: Connection;
  readonly #conversation: Conversation;
  readonly #case: CasePort;
  readonly #opsBefore: number;
  #usage: number | undefined;
  #lastOp = 0;
  #isClosed = false;

  constructor(connection: Connection, seen: CasePort) {
    this.#connection = connection;
    this.#conversation = connection.conversation;
    this.#case = seen;
    this.chargedSize = connection.chargedSize;
    this.#opsBefore = connection.conversation.nextOp - 1;
  }

  get supports(): readonly Capability[] {
    return this.#conversation.hello.supports;
  }

  open(settings: ProducerSettings): Promise<void> {
    return this.#conversation.open(settings, this.#connection.address, (event) =>
      this.#hear(event),
    );
  }

  /** What a callback sends in turn is left out: it would not be sent from inside. */
  send(op: Op, message: OutgoingMessage, step: SendStep): void {
    const completion = hasCallback(step);
    this.#conversation.call({ call: 'send', op: this.#opsBefore + op, message, completion });
  }

  call(op: Op, action: TransactionAction | 'close'): void {
    this.#conversation.call({ call: action, op: this.#opsBefore + op });
  }

  interrupt(target: Op): void {
    this.#conversation.interrupt(this.#opsBefore + target);
  }

  usage(): number | undefined {
    return this.hidesUsage ? undefined : this.#usage;
  }

  /** A ping, and with it the usage figure: what was said before has been heard. */
  async roundTrip(): Promise<void> {
    if (!this.supports.includes('usage')) return this.#conversation.ping();
    const [bytes] = await Promise.all([this.#conversation.usage(), this.#conversation.ping()]);
    if (bytes === this.#usage) return;
    this.#usage = bytes;
    this.activity += 1;
    if (!(bytes >= 0)) this.#case.record({ event: 'usage', bytes });
  }

  /** Closes the producer, unless the case did. */
  async end(): Promise<void> {
    if (this.#case.ledger.closeInvoked) return;
    this.#lastOp = this.#conversation.nextOp;
    this.#conversation.call({ call: 'close', op: this.#lastOp });
    await waitFor(
      () => this.#isClosed,
      CLOSE_MS,
      () => this.#conversation.ping(),
    );
  }

  #hear(event: CaseEvent): void {
    this.activity += 1;
    const hasEnded = event.event === 'return' || event.event === 'throw';
    this.#isClosed ||= hasEnded && event.op === this.#lastOp;
    this.#case.record(this.#inHistory(event));
  }

  /** What the adapter said, as the history has it. */
  #inHistory(event: CaseEvent): HistoryEvent {
    switch (event.event) {
      case 'async-error': {
        const { message, error } = event;
        return { event: 'async-error', error, ...(typeof message === 'string' && { message }) };
      }
      case 'complete': {
        const op = event.op - this.#opsBefore;
        return { event: 'complete', op, ...(event.error && { error: event.error }) };
      }
      default:
        return { ...event, op: event.op - this.#opsBefore };
    }
  }
}
