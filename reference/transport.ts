// The port through which packets leave for the broker and answers come back. How they travel is
// left out: a socket, a worker or the in-memory broker may stand behind it.
import type { Packet } from '../spec/events/message.ts';

/**
 * A connection to one broker, already established. It carries packets in the order of the calls.
 */
export interface Transport {
  /**
   * Hands over one packet. The call itself is the write: what is called first arrives first. The
   * promise resolves when the broker acknowledges the packet; it rejects with an error whose `name`
   * is `BrokerRefused` when the broker answers no, or `ConnectionLost` when no answer can come any
   * more.
   */
  receive(packet: Packet): Promise<void>;
  /** Aborts when the connection is lost, for good. Read once for each `Connection`. */
  readonly lost: AbortSignal;
}

/** What a transport rejects with. A transport may use any error of these names instead. */
export class TransportError extends Error {
  override readonly name: 'BrokerRefused' | 'ConnectionLost';

  constructor(name: 'BrokerRefused' | 'ConnectionLost', message: string) {
    super(message);
    this.name = name;
  }
}
