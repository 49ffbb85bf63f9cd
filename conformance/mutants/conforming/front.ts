// The front that three builds have in common: checks, the calls that are open, transactions, answers, the
// end. How a send waits for its turn and its space, and in which turn what is done, each build says itself.
import type {
  ErrorKind,
  OpenContext,
  OutgoingMessage,
  ProducerSubject,
  SendOptions,
} from '../../adapter.ts';
import { Call, Fault, isLoss } from '../calls.ts';
import { enter, limitOf, packetOf, tell, watch, type Entry } from './entrance.ts';

type Action = 'begin' | 'commit' | 'rollback';

/** A send that has passed its checks. */
export class Accepted extends Call {
  written = false;
  readonly message: OutgoingMessage;
  readonly options: SendOptions;
  readonly entry: Entry;
  readonly transaction: string | undefined;

  constructor(
    message: OutgoingMessage,
    options: SendOptions,
    entry: Entry,
    transaction: string | undefined,
  ) {
    super();
    this.message = message;
    this.options = options;
    this.entry = entry;
    this.transaction = transaction;
  }
}

/** A call to begin or to end a transaction. */
export class Control extends Call {
  readonly transaction: string;

  constructor(transaction: string) {
    super();
    this.transaction = transaction;
  }
}

/** A producer without its heart. */
export abstract class Front implements ProducerSubject {
  readonly context: OpenContext;
  /** Calls without an outcome. */
  readonly calls = new Set<Call>();
  /** Charged sends that were written and not answered. */
  readonly unanswered = new Set<Accepted>();
  /** Bytes charged. */
  used = 0;
  lost = false;
  #down: ErrorKind | undefined;
  #transaction: string | undefined;
  #transactions = 0;
  #commit: Control | undefined;

  constructor(context: OpenContext) {
    this.context = context;
    context.broker.lost.addEventListener('abort', () => this.lose());
  }

  /** Lets a send wait for its turn. */
  abstract take(send: Accepted): void;

  /** Space was freed, or a call that waited has ended. */
  abstract changed(): void;

  async send(message: OutgoingMessage, options: SendOptions): Promise<void> {
    this.#checkUp();
    const transaction = this.#transaction;
    const entry = enter(message, options, this.context.settings, transaction !== undefined);
    const send = new Accepted(message, options, entry, transaction);
    this.calls.add(send);
    const unwatch = this.watch(send, (kind) => this.fail([send], new Fault(kind)));
    this.take(send);
    try {
      await send.promise;
    } finally {
      unwatch();
    }
  }

  watch({ options, entry }: Accepted, stop: (kind: ErrorKind) => void): () => void {
    return watch(options, entry, stop);
  }

  fits({ entry, message }: Accepted): boolean {
    const limit = limitOf(this.context.settings);
    return entry.charged ? this.used + message.size <= limit : this.used < limit;
  }

  write(send: Accepted): Promise<void> {
    send.written = true;
    return this.context.broker.receive(packetOf(send.message, send.transaction));
  }

  /** The answer to a charged send. */
  answered(send: Accepted, error?: Error): void {
    if (isLoss(error)) this.lose();
    if (!this.unanswered.delete(send)) return;
    this.used -= send.message.size;
    this.changed();
    this.tell(send, error);
  }

  tell({ message, options }: Accepted, error?: Error): void {
    tell(message, options, error, this.context.onAsyncError);
  }

  end(call: Call, error?: Error): void {
    if (call.end(error)) this.calls.delete(call);
  }

  /** All of them end before anybody else moves up. */
  fail(calls: Iterable<Call>, error: Fault): void {
    for (const call of calls) this.end(call, error);
    this.changed();
  }

  async begin(): Promise<void> {
    this.#checkUp();
    if (this.#transaction !== undefined) throw new Fault('illegal-state');
    this.#transaction = `t${(this.#transactions += 1)}`;
    return this.request('begin', this.#control(this.#transaction));
  }

  async commit(): Promise<void> {
    const control = this.#leave();
    this.finish(control);
    return control.promise;
  }

  async rollback(): Promise<void> {
    const control = this.#leave();
    this.fail(this.#unwritten(control), new Fault('other', 'rolled back'));
    return this.request('rollback', control);
  }

  /** A commit waits until its sends are written. */
  finish(commit: Control): void {
    this.#commit = commit;
    this.changed();
  }

  commitWhenReady(): void {
    const commit = this.#commit;
    if (!commit || this.#unwritten(commit).length > 0) return;
    this.#commit = undefined;
    void this.request('commit', commit);
  }

  request(action: Action, control: Control): Promise<void> {
    const { promise, transaction, ended } = control;
    if (ended) return promise;
    const answer = this.context.broker.receive({ type: action, transaction });
    if (action === 'begin') this.end(control);
    answer.then(
      () => this.end(control),
      (error: Error) => (isLoss(error) ? this.lose() : this.end(control, error)),
    );
    return promise;
  }

  #control(transaction: string): Control {
    const control = new Control(transaction);
    this.calls.add(control);
    return control;
  }

  #leave(): Control {
    this.#checkUp();
    const transaction = this.#transaction;
    if (transaction === undefined) throw new Fault('illegal-state');
    this.#transaction = undefined;
    return this.#control(transaction);
  }

  #unwritten({ transaction }: Control): Accepted[] {
    return [...this.calls]
      .filter((call) => call instanceof Accepted)
      .filter((send) => send.transaction === transaction && !send.written);
  }

  #checkUp(): void {
    if (this.context.broker.lost.aborted) this.lose();
    if (this.#down) throw new Fault(this.#down);
  }

  async close(): Promise<void> {
    this.#down = 'closed';
    this.fail(this.calls, new Fault('closed'));
  }

  lose(): void {
    if (this.lost) return;
    this.lost = true;
    this.#down ??= 'connection-lost';
    this.used = 0;
    this.fail(this.calls, new Fault('connection-lost'));
    const all = [...this.unanswered];
    this.unanswered.clear();
    for (const send of all) this.tell(send, new Fault('connection-lost'));
  }

  windowUsage(): number {
    return this.used;
  }
}
