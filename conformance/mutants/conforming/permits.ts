// Permits: a first-come-first-served semaphore reserves the bytes, and its holder goes on some microtasks
// later; if its call has ended meanwhile, it gives them back. A blocking send needs a byte of room and
// takes none.
import { conforming } from './entrance.ts';
import { Front, type Accepted } from './front.ts';

interface Ticket {
  readonly send: Accepted;
  readonly grant: () => void;
}

class Permits extends Front {
  #line: Ticket[] = [];

  override take(send: Accepted): void {
    const granted = new Promise<void>((grant) => this.#line.push({ send, grant }));
    this.changed();
    void this.#perform(send, granted);
  }

  override changed(): void {
    this.#line = this.#line.filter(({ send }) => !send.ended);
    for (let [first] = this.#line; first && this.fits(first.send); [first] = this.#line) {
      this.#line.shift();
      this.used += permitsOf(first.send);
      first.grant();
    }
    this.commitWhenReady();
  }

  async #perform(send: Accepted, granted: Promise<void>): Promise<void> {
    await granted;
    if (send.ended) return this.#giveBack(send);
    const answer = failureOf(this.write(send));
    this.commitWhenReady();
    if (!send.entry.charged) return this.end(send, await answer);
    this.unanswered.add(send);
    this.end(send);
    this.answered(send, await answer);
  }

  #giveBack(send: Accepted): void {
    if (this.lost) return;
    this.used -= permitsOf(send);
    this.changed();
  }
}

function permitsOf({ entry, message }: Accepted): number {
  return entry.charged ? message.size : 0;
}

async function failureOf(answer: Promise<void>): Promise<Error | undefined> {
  try {
    await answer;
  } catch (error) {
    return error as Error;
  }
  return undefined;
}

/** Permits from a semaphore. */
export const permits = conforming('permits', (context) => new Permits(context));
