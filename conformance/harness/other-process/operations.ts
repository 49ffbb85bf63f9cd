// The calls of one case, and what the adapter says of them: numbered from 1 in the history, and on
// the wire through all cases, so that late news of a former producer can be told.
import type { HistoryEvent, InvokeEvent, Op } from '../../../spec/events/history.ts';
import type { OutgoingMessage, TransactionAction } from '../../../spec/events/message.ts';
import { messageOf } from '../../cases/messages.ts';
import type { SendStep } from '../../cases/step.ts';
import type { Conversation } from './conversation.ts';
import type { AdapterCall, CaseEvent } from './protocol.ts';

/** Records each call, then makes it. */
export class Operations {
  /** Ids of all messages so far. */
  readonly sent: string[] = [];
  readonly #conversation: Conversation;
  readonly #record: (event: HistoryEvent) => void;
  readonly #chargedSize: ((message: OutgoingMessage) => number) | undefined;
  readonly #opsBefore: number;
  #nextOp: Op = 1;

  constructor(
    conversation: Conversation,
    record: (event: HistoryEvent) => void,
    chargedSize?: (message: OutgoingMessage) => number,
  ) {
    this.#conversation = conversation;
    this.#record = record;
    this.#chargedSize = chargedSize;
    this.#opsBefore = conversation.nextOp - 1;
  }

  /**
   * What a callback sends in turn is left out: over the bridge it would not be sent from inside.
   */
  send(step: SendStep): void {
    const message = messageOf(step);
    this.sent.push(message.id);
    const completion = step.completion === true || step.nested !== undefined;
    const charge = this.chargeOf(message);
    const event: InvokeEvent = {
      event: 'invoke',
      op: this.#nextOp,
      action: 'send',
      message,
      ...(completion && { completion }),
      ...(charge !== message.size && { charge }),
    };
    this.#make(event, (op) => ({ call: 'send', op, message, completion }));
  }

  /** Bytes that the producer charges for a message. */
  chargeOf(message: OutgoingMessage): number {
    return this.#chargedSize?.(message) ?? message.size;
  }

  call(action: TransactionAction | 'close'): Op {
    const event: InvokeEvent = { event: 'invoke', op: this.#nextOp, action };
    return this.#make(event, (op) => ({ call: action, op }));
  }

  interrupt(target: Op): void {
    this.#record({ event: 'invoke', op: this.#nextOp, action: 'interrupt', target });
    this.#nextOp += 1;
    this.#conversation.interrupt(this.#opsBefore + target);
  }

  /** What the adapter said, as the history has it. */
  heard(event: CaseEvent): HistoryEvent {
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

  #make(event: InvokeEvent, call: (op: number) => Extract<AdapterCall, { op: number }>): Op {
    this.#record(event);
    this.#nextOp += 1;
    this.#conversation.call(call(this.#opsBefore + event.op));
    return event.op;
  }
}
