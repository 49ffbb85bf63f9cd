// Senders: each sends one message after another, and the next only when its last call has ended. A
// producer is not told who sends, so scenarios do not say it either: one scenario stands for every way of dealing
// its messages out to the senders, and the ways are counted.
import type { Ledger } from '../../../spec/model/ledger.ts';

/** One sender: messages left, and the number of its last message; 0: none yet. */
interface Sender {
  readonly left: number;
  readonly last: number;
}

/** A way of dealing out, alike senders taken as one, and how many ways it stands for. */
interface Dealing {
  readonly senders: readonly Sender[];
  readonly ways: number;
}

/** Every way in which the messages of a scenario can have been dealt out so far. */
export class Senders {
  readonly #dealings: readonly Dealing[];

  private constructor(dealings: readonly Dealing[]) {
    this.#dealings = dealings;
  }

  static of({ count, messages }: { readonly count: number; readonly messages: number }): Senders {
    const senders = Array.from({ length: count }, () => ({ left: messages, last: 0 }));
    return new Senders([{ senders, ways: 1 }]);
  }

  /** In how many ways this scenario can have come about: its interleavings. */
  get ways(): number {
    return this.#dealings.reduce((sum, { ways }) => sum + ways, 0);
  }

  /** Whether some sender may send now. */
  maySend(ledger: Ledger): boolean {
    return this.#dealings.some(({ senders }) => senders.some((sender) => isFree(sender, ledger)));
  }

  /** After one of those that may send now has sent the message of this number. */
  sent(number: number, ledger: Ledger): Senders {
    const after = new Map<string, Dealing>();
    for (const { senders, ways } of this.#dealings) {
      senders.forEach((sender, at) => {
        if (!isFree(sender, ledger)) return;
        const next = senders.with(at, { left: sender.left - 1, last: number }).toSorted(inOrder);
        const key = next.map(({ left, last }) => `${left}/${last}`).join();
        const known = after.get(key)?.ways ?? 0;
        after.set(key, { senders: next, ways: known + ways });
      });
    }
    return new Senders([...after.values()]);
  }
}

function isFree({ left, last }: Sender, ledger: Ledger): boolean {
  return left > 0 && (last === 0 || ledger.sendOf(`m${last}`)?.outcome !== 'pending');
}

function inOrder(one: Sender, other: Sender): number {
  return one.left - other.left || one.last - other.last;
}
