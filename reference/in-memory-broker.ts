// A broker in memory, for tests: it stores what it is sent and answers when and how the test says.
// Consumers are left out; what a consumer would see is in `messages`.
import type { OutgoingMessage, Packet } from '../spec/events/message.ts';
import { TransportError, type Transport } from './transport.ts';

/**
 * Which packets are meant: those of one message by its id, the begin, commit and rollback of one
 * transaction by its id (`t1` is the first), or whatever the function accepts.
 */
export type PacketSelector = string | ((packet: Packet) => boolean);

/** A packet without an answer, and the promise that waits for it. */
interface Unanswered {
  readonly packet: Packet;
  readonly resolve: () => void;
  readonly reject: (error: TransportError) => void;
}

interface Refusal {
  readonly selects: (packet: Packet) => boolean;
  readonly reason: string;
}

/**
 * Acknowledges every packet in the next microtask, unless told to hold, refuse or delay.
 * Transactions are applied: their messages are visible from the acknowledgement of the commit on,
 * or never.
 */
export class InMemoryBroker implements Transport {
  /** Every packet, in the order of arrival, whatever the answer to it. */
  readonly received: Packet[] = [];
  readonly #visible: OutgoingMessage[] = [];
  /** The messages of the transactions that are open, by its id. */
  readonly #open = new Map<string, OutgoingMessage[]>();
  readonly #unanswered = new Set<Unanswered>();
  readonly #refusals: Refusal[] = [];
  #controller: AbortController | undefined;
  #isLost = false;
  #holds = false;
  #delayMs = 0;

  get lost(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isLost) this.#controller.abort();
    return this.#controller.signal;
  }

  /** What a consumer would see: acknowledged, and committed if transacted; in that order. */
  get messages(): readonly OutgoingMessage[] {
    return this.#visible;
  }

  /** Packets that wait for their answer, in the order of arrival. */
  get unanswered(): readonly Packet[] {
    return [...this.#unanswered].map(({ packet }) => packet);
  }

  receive(packet: Packet): Promise<void> {
    if (this.#isLost) return Promise.reject(connectionLost());
    this.received.push(packet);
    return new Promise((resolve, reject) => {
      const unanswered: Unanswered = { packet, resolve, reject };
      this.#unanswered.add(unanswered);
      if (this.#holds) return;
      if (this.#delayMs > 0) this.#answerLater(unanswered);
      else this.#answer(unanswered);
    });
  }

  /** From now on nothing is answered until it is released. */
  hold(): void {
    this.#holds = true;
  }

  /**
   * Answers what is selected; without a selector everything that waits, and holds no more. What a
   * transaction's packet presupposes is answered before it: its begin, and its messages if it ends.
   */
  release(which?: PacketSelector): void {
    if (which === undefined) this.#holds = false;
    const selects = which === undefined ? () => true : predicate(which);
    for (const unanswered of this.#unanswered) {
      if (selects(unanswered.packet)) this.#answer(unanswered);
    }
  }

  /** Refuses what is selected: packets that are held now, at once; later ones, when answered. */
  refuse(which: PacketSelector, reason = 'refused by the test'): void {
    const refusal = { selects: predicate(which), reason };
    this.#refusals.push(refusal);
    for (const unanswered of this.#unanswered) {
      if (refusal.selects(unanswered.packet)) this.#answer(unanswered);
    }
  }

  /** From now on answers come `ms` milliseconds after the packet. 0: at once again. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Loses the connection, for good. What was not committed is gone. */
  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#controller?.abort();
    for (const { reject } of this.#unanswered) reject(connectionLost());
    this.#unanswered.clear();
  }

  #answerLater(unanswered: Unanswered): void {
    setTimeout(() => {
      if (!this.#holds) this.#answer(unanswered);
    }, this.#delayMs);
  }

  #answer(unanswered: Unanswered): void {
    if (!this.#unanswered.delete(unanswered)) return;
    const { packet } = unanswered;
    if (packet.transaction !== undefined) this.#answerBefore(packet.type, packet.transaction);
    const refusal = this.#refusals.find(({ selects }) => selects(packet));
    // A transaction whose commit or rollback is refused is over all the same.
    if (refusal && packet.type !== 'message') this.#open.delete(packet.transaction);
    const reason = refusal ? refusal.reason : this.#apply(packet);
    if (reason === undefined) unanswered.resolve();
    else unanswered.reject(new TransportError('BrokerRefused', reason));
  }

  /** Within a transaction: its begin before its messages, and these before its end. */
  #answerBefore(type: Packet['type'], transaction: string): void {
    for (const earlier of this.#unanswered) {
      const { packet } = earlier;
      if (packet.transaction === transaction && RANK[packet.type] < RANK[type])
        this.#answer(earlier);
    }
  }

  /** Carries out what a packet asks for. Returns why that is impossible, if it is. */
  #apply(packet: Packet): string | undefined {
    const { type, transaction } = packet;
    const open = transaction === undefined ? undefined : this.#open.get(transaction);
    if (type === 'begin') {
      if (open) return `transaction ${transaction} is open already`;
      this.#open.set(transaction, []);
    } else if (transaction !== undefined && !open) {
      return `there is no open transaction ${transaction}`;
    } else if (type === 'message') {
      (open ?? this.#visible).push(packet.message);
    } else {
      this.#open.delete(transaction);
      if (type === 'commit') this.#visible.push(...(open ?? []));
    }
    return undefined;
  }
}

const RANK = { begin: 0, message: 1, commit: 2, rollback: 2 } as const;

function predicate(which: PacketSelector): (packet: Packet) => boolean {
  if (typeof which === 'function') return which;
  return (packet) =>
    packet.type === 'message' ? packet.message.id === which : packet.transaction === which;
}

function connectionLost(): TransportError {
  return new TransportError('ConnectionLost', 'the connection is lost');
}
