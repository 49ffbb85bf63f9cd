// What a channel in confirm mode says of its messages. One frame tells all that is answered in one turn from the oldest
// message on, without a gap; each of the others has its own.
import { runsOf, Turn } from '../turn.ts';
import { confirm } from './methods.ts';

/** What becomes of a message. */
interface Confirm {
  readonly tag: number;
  readonly refuses: boolean;
}

/** The confirms of one channel. */
export class Confirms {
  readonly #channel: number;
  readonly #say: (frame: Buffer) => void;
  readonly #turn = new Turn<Confirm>((confirms) => {
    for (const alike of runsOf(confirms, (one, next) => one.refuses === next.refuses))
      this.#tell(alike);
  });
  /** The tags without an answer, in their order. */
  readonly #unanswered = new Set<number>();
  #published = 0;

  constructor(channel: number, say: (frame: Buffer) => void) {
    this.#channel = channel;
    this.#say = say;
  }

  /** A message was published: its number is its tag. Tells what becomes of it. */
  await(answer: Promise<void>): void {
    const tag = (this.#published += 1);
    this.#unanswered.add(tag);
    answer.then(
      () => this.#turn.add({ tag, refuses: false }),
      () => this.#turn.add({ tag, refuses: true }),
    );
  }

  #tell(alike: readonly [Confirm, ...Confirm[]]): void {
    const [{ refuses }] = alike;
    const answered = new Set(alike.map(({ tag }) => tag));
    const waiting = [...this.#unanswered];
    const gap = waiting.findIndex((tag) => !answered.has(tag));
    const together = gap < 0 ? waiting : waiting.slice(0, gap);
    const last = together.at(-1);
    const isMultiple = together.length > 1;
    if (isMultiple && last !== undefined) this.#say(confirm(this.#channel, last, refuses, true));
    for (const tag of answered) {
      if (!(isMultiple && together.includes(tag))) this.#say(confirm(this.#channel, tag, refuses));
      this.#unanswered.delete(tag);
    }
  }
}
