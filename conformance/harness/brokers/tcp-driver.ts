// What a broker driver is that a producer of another process connects to: besides what every driver can do, it
// tells what settling and proving in real time need to know.
import { AdapterFault } from '../harness.ts';
import type { BrokerDriver } from '../ports.ts';

/** A fresh broker for every case, so that nothing of one case can reach another. */
export interface TcpDriver extends BrokerDriver {
  /** What the producer is given to connect to. */
  readonly address: string;
  /** Grows whenever something passes, in either direction. */
  readonly activity: number;
  /** Grows with whatever reaches the producer. */
  readonly released: number;
  /** Milliseconds of silence after which no answer is on its way any more. */
  readonly silenceMs: number;
  /** Whether the producer was ever seen here. */
  readonly wasReached: boolean;
  /** Its connection was restored, but the producer has not come back. */
  readonly awaitsReturn: boolean;
  dispose(): void;
}

/** Nobody came to the address in `open`: whatever the producer does, it is not seen here. */
export function neverReached(observes: TcpDriver['observes']): AdapterFault {
  const advice = observes === 'packets' ? '; pass --broker HOST:PORT for a real broker' : '';
  const what = 'it never connected to the broker address it was given';
  return new AdapterFault('no-broker', `${what}${advice}`);
}
