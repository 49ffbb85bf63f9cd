// Batches: every call goes into one intake, which a later tick takes in order; the tick admits what fits,
// writes it, and only then do the calls return. Answers are handled in the tick as well.
import type { OpenContext } from '../../adapter.ts';
import { isLoss } from '../calls.ts';
import { conforming } from './entrance.ts';
import { Front, type Accepted, type Control } from './front.ts';

class Batches extends Front {
  readonly #later: (tick: () => void) => void;
  #intake: (() => void)[] = [];
  #line: Accepted[] = [];
  #answers: { send: Accepted; error: Error | undefined }[] = [];
  #scheduled = false;

  constructor(context: OpenContext, later: (tick: () => void) => void) {
    super(context);
    this.#later = later;
  }

  override take(send: Accepted): void {
    this.#intake.push(() => this.#line.push(send));
    this.changed();
  }

  override request(action: 'begin' | 'commit' | 'rollback', control: Control): Promise<void> {
    this.#intake.push(() => void super.request(action, control));
    this.changed();
    return control.promise;
  }

  override changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#later(() => this.#tick());
  }

  #tick(): void {
    this.#scheduled = false;
    for (const { send, error } of this.#answers.splice(0)) this.answered(send, error);
    for (const takeIn of this.#intake.splice(0)) takeIn();
    this.#line = this.#line.filter(({ ended }) => !ended);
    for (let [first] = this.#line; first && this.fits(first); [first] = this.#line) {
      this.#line.shift();
      this.#admit(first);
    }
    this.commitWhenReady();
  }

  #admit(send: Accepted): void {
    const answer = this.write(send);
    if (send.entry.charged) {
      this.used += send.message.size;
      this.unanswered.add(send);
      this.end(send);
    }
    answer.then(
      () => this.#arrived(send),
      (error: Error) => this.#arrived(send, error),
    );
  }

  #arrived(send: Accepted, error?: Error): void {
    if (isLoss(error)) return this.lose();
    if (!send.entry.charged) return this.end(send, error);
    this.#answers.push({ send, error });
    this.changed();
  }
}

/** Batches on `setTimeout(0)`. */
export const batchesOnTimeout = conforming(
  'batches on setTimeout(0)',
  (context) => new Batches(context, (tick) => void setTimeout(tick, 0)),
);

/** Batches on `setImmediate`. */
export const batchesOnImmediate = conforming(
  'batches on setImmediate',
  (context) => new Batches(context, (tick) => void setImmediate(tick)),
);
