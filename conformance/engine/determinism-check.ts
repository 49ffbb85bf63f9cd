// Is the subject deterministic? The same case must give the same history; where it does not, that a rule held in
// one of them says little. What a producer may lawfully do anew every time does not count as a difference.
import { Judge } from '../../spec/check.ts';
import type { Failure } from '../../spec/events/failure.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { OutgoingMessage, Packet } from '../../spec/events/message.ts';
import type { Harness } from '../harness/harness.ts';
import type { Scenario } from '../cases/step.ts';

/** Every so many cases one is repeated. */
export const REPEATED_CASES = 25;
/** Repetitions that must agree where the first two runs differ. */
const SECOND_LOOKS = 3;

/** Two runs of one case, and where they part. An event is absent where its history has ended. */
export interface Divergence {
  /** Number of the case, counted from 0. */
  readonly case: number;
  /** Index of the event in both histories. */
  readonly at: number;
  readonly first?: HistoryEvent;
  readonly second?: HistoryEvent;
}

/**
 * Runs a case again and compares. A producer that sets something up once, when it is first needed, differs once and
 * never again: that is no lack of determinism.
 */
export async function divergenceOf(
  harness: Harness,
  scenario: Scenario,
  history: readonly HistoryEvent[],
): Promise<Omit<Divergence, 'case'> | undefined> {
  const again = async () =>
    (await harness.run(scenario, new Judge(harness.scope.profile, []))).history;
  const second = await again();
  const difference = firstDifference(history, second);
  if (!difference) return undefined;
  for (let looks = 0; looks < SECOND_LOOKS; looks += 1) {
    if (firstDifference(second, await again())) return difference;
  }
  return undefined;
}

/** Where two histories part, what is free left aside. */
export function firstDifference(
  first: readonly HistoryEvent[],
  second: readonly HistoryEvent[],
): Omit<Divergence, 'case'> | undefined {
  const [one, other] = [new Plain(), new Plain()];
  for (let at = 0; at < Math.max(first.length, second.length); at += 1) {
    const [a, b] = [first[at], second[at]];
    if (one.text(a) === other.text(b)) continue;
    return { at, ...(a && { first: a }), ...(b && { second: b }) };
  }
  return undefined;
}

/** Events without what a producer may choose anew: the words of an error, and the ids of transactions. */
class Plain {
  readonly #transactions = new Map<string, number>();

  text(event: HistoryEvent | undefined): string {
    switch (event?.event) {
      case 'throw':
      case 'complete':
      case 'async-error':
        return JSON.stringify({ ...event, error: kindOf(event.error) });
      case 'receive':
        return JSON.stringify(this.#packet(event.packet));
      case 'ack':
      case 'refuse':
        return JSON.stringify({ ...event, transaction: this.#number(event.transaction) });
      default:
        return JSON.stringify(event) ?? '';
    }
  }

  #packet(packet: Packet) {
    const transaction = this.#number(packet.transaction);
    const { type } = packet;
    return { type, transaction, ...(type === 'message' && plainMessage(packet.message)) };
  }

  #number(transaction: string | undefined): number | undefined {
    if (transaction === undefined) return undefined;
    const known = this.#transactions.get(transaction) ?? this.#transactions.size;
    this.#transactions.set(transaction, known);
    return known;
  }
}

/** What the kit gave; a producer may have added stamps of its own. */
function plainMessage(message: OutgoingMessage) {
  const { id, size, deliveryMode, priority, timeToLiveMs, responseRequired, destination } = message;
  return { id, size, deliveryMode, priority, timeToLiveMs, responseRequired, destination };
}

function kindOf(error: Failure | undefined): string | undefined {
  return error && (error.kind ?? 'untold');
}
