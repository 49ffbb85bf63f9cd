// The subject port over a producer of another process: what it is asked goes out as lines, what it says of its calls
// is recorded as it comes.
import type { HistoryEvent, Op, PlainAction } from '../../../spec/events/history.ts';
import type { OutgoingMessage } from '../../../spec/events/message.ts';
import type { Capability, ProducerSettings, Resends } from '../../../spec/events/settings.ts';
import { hasCallback, type SendStep } from '../../cases/step.ts';
import type { CasePort, SubjectPort } from '../ports.ts';
import type { Conversation } from './conversation.ts';
import type { CaseEvent } from './protocol.ts';
import { waitFor } from '../proof.ts';

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
  #usage: number | undefined;

  constructor(connection: Connection, seen: CasePort) {
    this.#connection = connection;
    this.#conversation = connection.conversation;
    this.#case = seen;
    this.chargedSize = connection.chargedSize;
  }

  get supports(): readonly Capability[] {
    return this.#conversation.hello.supports;
  }

  get resends(): Resends | undefined {
    return this.#conversation.hello.resends;
  }

  open(settings: ProducerSettings): Promise<void> {
    return this.#conversation.open(settings, this.#connection.address, (event) =>
      this.#hear(event),
    );
  }

  /** What a callback sends in turn is left out: it would not be sent from inside. */
  send(op: Op, message: OutgoingMessage, step: SendStep): void {
    const completion = hasCallback(step);
    this.#conversation.call({ call: 'send', op, message, completion });
  }

  call(op: Op, action: PlainAction): void {
    this.#conversation.call({ call: action, op });
  }

  interrupt(target: Op): void {
    this.#conversation.interrupt(target);
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
    const conversation = this.#conversation;
    const op = conversation.nextOp;
    conversation.call({ call: 'close', op });
    const isClosed = () => conversation.hasEnded(op);
    await waitFor(isClosed, CLOSE_MS, () => conversation.ping());
  }

  #hear(event: CaseEvent): void {
    this.activity += 1;
    this.#case.record(inHistory(event));
  }
}

/** What the adapter said, as the history has it: without what it left open. */
function inHistory(event: CaseEvent): HistoryEvent {
  switch (event.event) {
    case 'async-error': {
      const { message, error } = event;
      return { event: 'async-error', error, ...(typeof message === 'string' && { message }) };
    }
    case 'complete': {
      const { op, error } = event;
      return { event: 'complete', op, ...(error && { error }) };
    }
    default:
      return event;
  }
}
