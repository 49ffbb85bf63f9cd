// Batches: every call goes into one intake, which a later tick takes in order; the tick admits what fits,
// writes it, and only then do the calls return. Answers are handled in the tick as well.
import type {
  ErrorKind,
  OpenContext,
  OutgoingMessage,
  ProducerSubject,
  SendOptions,
} from '../../adapter.ts';
import { Call, Fault, isLoss } from '../calls.ts';
import { Accepted, conforming, enter, limitOf, packetOf, tell, watch } from './entrance.ts';

class Send extends Accepted<string> {}

class Control extends Call {
  readonly action: 'begin' | 'commit' | 'rollback';
  readonly transaction: string;

  constructor(action: 'begin' | 'commit' | 'rollback', transaction: string) {
    super();
    this.action = action;
    this.transaction = transaction;
  }
}

type Request = Send | Control;

class Batches implements ProducerSubject {
  readonly #context: OpenContext;
  readonly #later: (tick: () => void) => void;
  readonly #limit: number;
  readonly #calls = new Set<Request>();
  readonly #unanswered = new Set<Send>();
  #intake: Request[] = [];
  #line: Send[] = [];
  #answers: { send: Send; error: Error | undefined }[] = [];
  #commit: Control | undefined;
  #scheduled = false;
  #used = 0;
  #transaction: string | undefined;
  #transactions = 0;
  #closed = false;
  #lost = false;

  constructor(context: OpenContext, later: (tick: () => void) => void) {
    this.#context = context;
    this.#later = later;
    this.#limit = limitOf(context.settings);
    context.broker.lost.addEventListener('abort', () => this.#lose());
  }

  async send(message: OutgoingMessage, options: SendOptions): Promise<void> {
    this.#checkUp();
    const transaction = this.#transaction;
    const entry = enter(message, options, this.#context.settings, transaction !== undefined);
    const send = new Send(message, options, entry, transaction);
    const stop = (kind: ErrorKind) => {
      this.#end(send, new Fault(kind));
      this.#schedule();
    };
    const unwatch = watch(options, entry, stop);
    try {
      await this.#enqueue(send);
    } finally {
      unwatch();
    }
  }

  #enqueue(request: Request): Promise<void> {
    this.#calls.add(request);
    this.#intake.push(request);
    this.#schedule();
    return request.promise;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#later(() => this.#tick());
  }

  #tick(): void {
    this.#scheduled = false;
    for (const { send, error } of this.#answers.splice(0)) this.#answered(send, error);
    for (const request of this.#intake.splice(0)) {
      if (request.ended) continue;
      if (request instanceof Send) this.#line.push(request);
      else if (request.action === 'commit') this.#commit = request;
      else this.#control(request);
    }
    this.#line = this.#line.filter((send) => !send.ended);
    for (let [first] = this.#line; first && this.#fits(first); [first] = this.#line) {
      this.#line.shift();
      this.#write(first);
    }
    this.#commitWhenReady();
  }

  #fits({ entry, message }: Send): boolean {
    return entry.charged ? this.#used + message.size <= this.#limit : this.#used < this.#limit;
  }

  #write(send: Send): void {
    const { message, transaction } = send;
    send.written = true;
    const answer = this.#context.broker.receive(packetOf(message, transaction));
    if (send.entry.charged) {
      this.#used += message.size;
      this.#unanswered.add(send);
      this.#end(send);
    }
    answer.then(
      () => this.#arrived(send),
      (error: Error) => this.#arrived(send, error),
    );
  }

  #arrived(send: Send, error?: Error): void {
    if (isLoss(error)) return this.#lose();
    if (!send.entry.charged) return this.#end(send, error);
    this.#answers.push({ send, error });
    this.#schedule();
  }

  #answered(send: Send, error: Error | undefined): void {
    if (!this.#unanswered.delete(send)) return;
    this.#used -= send.message.size;
    tell(send.message, send.options, error, this.#context.onAsyncError);
  }

  #commitWhenReady(): void {
    const commit = this.#commit;
    if (!commit || commit.ended) return;
    const own = (request: Request) =>
      request instanceof Send && !request.ended && request.transaction === commit.transaction;
    if (this.#line.some(own) || this.#intake.some(own)) return;
    this.#commit = undefined;
    this.#control(commit);
  }

  #control(control: Control): void {
    const { action, transaction } = control;
    const answer = this.#context.broker.receive({ type: action, transaction });
    if (action === 'begin') this.#end(control);
    answer.then(
      () => this.#end(control),
      (error: Error) => (isLoss(error) ? this.#lose() : this.#end(control, error)),
    );
  }

  #end(request: Request, error?: Error): void {
    if (request.end(error)) this.#calls.delete(request);
  }

  async begin(): Promise<void> {
    this.#checkUp();
    if (this.#transaction) throw new Fault('illegal-state');
    this.#transaction = `batch-${(this.#transactions += 1)}`;
    return this.#enqueue(new Control('begin', this.#transaction));
  }

  async commit(): Promise<void> {
    return this.#enqueue(new Control('commit', this.#leave()));
  }

  async rollback(): Promise<void> {
    const transaction = this.#leave();
    for (const call of this.#calls) {
      if (call instanceof Send && call.transaction === transaction && !call.written)
        this.#end(call, new Fault('other', 'rolled back'));
    }
    return this.#enqueue(new Control('rollback', transaction));
  }

  #leave(): string {
    this.#checkUp();
    const transaction = this.#transaction;
    if (transaction === undefined) throw new Fault('illegal-state');
    this.#transaction = undefined;
    return transaction;
  }

  #checkUp(): void {
    if (this.#closed) throw new Fault('closed');
    if (this.#lost || this.#context.broker.lost.aborted) throw new Fault('connection-lost');
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop('closed');
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#stop('connection-lost');
    this.#used = 0;
    for (const { message, options } of this.#unanswered)
      tell(message, options, new Fault('connection-lost'), this.#context.onAsyncError);
    this.#unanswered.clear();
  }

  #stop(kind: ErrorKind): void {
    this.#intake = [];
    this.#line = [];
    for (const call of this.#calls) this.#end(call, new Fault(kind));
  }

  windowUsage(): number {
    return this.#used;
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
