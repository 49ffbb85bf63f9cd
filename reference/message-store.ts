// What an in-memory broker remembers: visible messages, and those of open transactions.
import type { OutgoingMessage, Packet } from '../spec/events/message.ts';

/** Applies packets as the broker answers them. */
export class MessageStore {
  /** In the order in which they became visible. */
  readonly visible: OutgoingMessage[] = [];
  readonly #open = new Map<string, OutgoingMessage[]>();

  /** Carries out what a packet asks for. Returns why that is impossible, if it is. */
  apply(packet: Packet): string | undefined {
    if (packet.type === 'message') return this.#store(packet.message, packet.transaction);
    const { type, transaction } = packet;
    const messages = this.#open.get(transaction);
    if (type === 'begin') {
      if (messages) return `transaction ${transaction} is open already`;
      this.#open.set(transaction, []);
      return undefined;
    }
    if (!messages) return unknown(transaction);
    this.#open.delete(transaction);
    if (type === 'commit') this.visible.push(...messages);
    return undefined;
  }

  /** A transaction whose commit or rollback is refused is over all the same. Returns the reason. */
  refuse(packet: Packet, reason: string): string {
    if (packet.type !== 'message') this.#open.delete(packet.transaction);
    return reason;
  }

  #store(message: OutgoingMessage, transaction: string | undefined): string | undefined {
    const messages = transaction === undefined ? this.visible : this.#open.get(transaction);
    if (!messages) return unknown(transaction);
    messages.push(message);
    return undefined;
  }
}

function unknown(transaction: string | undefined): string {
  return `there is no open transaction ${transaction}`;
}
