// Promise chain: each send takes its turn in a chain of promises, and its turn ends when it is written or
// has failed. The timeout runs from the write. At close open callbacks are told so.
import type {
  ErrorKind,
  OpenContext,
  OutgoingMessage,
  ProducerSubject,
  SendOptions,
} from '../../adapter.ts';
import { Call, Fault, isLoss } from '../calls.ts';
import { Accepted, conforming, enter, limitOf, packetOf, tell } from './entrance.ts';

interface Transaction {
  readonly id: string;
  readonly sends: Turn[];
}

class Turn extends Accepted<Transaction> {
  leave = () => {};
  /** Settled once it is written or has failed. */
  readonly gone = new Promise<void>((resolve) => (this.leave = resolve));
}

class PromiseChain implements ProducerSubject {
  readonly #context: OpenContext;
  readonly #limit: number;
  #tail: Promise<void> = Promise.resolve();
  #used = 0;
  #down: ErrorKind | undefined;
  #transaction: Transaction | undefined;
  #transactions = 0;
  readonly #calls = new Set<Call>();
  readonly #unanswered = new Set<Turn>();
  #listeners: (() => void)[] = [];

  constructor(context: OpenContext) {
    this.#context = context;
    this.#limit = limitOf(context.settings);
    context.broker.lost.addEventListener('abort', () => this.#shut('connection-lost'));
  }

  async send(message: OutgoingMessage, options: SendOptions): Promise<void> {
    this.#checkUp();
    const { settings } = this.#context;
    const transaction = this.#transaction;
    const entry = enter(message, options, settings, transaction !== undefined);
    const turn = new Turn(message, options, entry, transaction);
    this.#calls.add(turn);
    transaction?.sends.push(turn);
    const onAbort = () => this.#end(turn, new Fault('interrupted'));
    options.signal.addEventListener('abort', onAbort);
    this.#tail = this.#tail.then(() => this.#take(turn));
    try {
      await turn.promise;
    } finally {
      options.signal.removeEventListener('abort', onAbort);
    }
  }

  async #take(turn: Turn): Promise<void> {
    while (!turn.ended && !this.#fits(turn)) {
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
    if (!turn.ended) this.#write(turn);
  }

  #fits({ entry, message }: Turn): boolean {
    return entry.charged ? this.#used + message.size <= this.#limit : this.#used < this.#limit;
  }

  #write(turn: Turn): void {
    const { message, entry, transaction } = turn;
    turn.written = true;
    turn.leave();
    const answer = this.#context.broker.receive(packetOf(message, transaction?.id));
    if (entry.charged) {
      this.#used += message.size;
      this.#unanswered.add(turn);
      this.#end(turn);
      answer.then(
        () => this.#answered(turn),
        (error: Error) => this.#answered(turn, error),
      );
      return;
    }
    const { timeoutMs } = entry;
    const timer =
      timeoutMs > 0
        ? setTimeout(() => this.#end(turn, new Fault('timeout')), timeoutMs)
        : undefined;
    answer
      .then(
        () => this.#end(turn),
        (error: Error) => this.#end(turn, error),
      )
      .finally(() => clearTimeout(timer));
  }

  #answered(turn: Turn, error?: Error): void {
    if (isLoss(error)) this.#shut('connection-lost');
    if (!this.#unanswered.delete(turn)) return;
    this.#used -= turn.message.size;
    this.#changed();
    tell(turn.message, turn.options, error, this.#context.onAsyncError);
  }

  #end(call: Call, error?: Error): void {
    if (!call.end(error)) return;
    this.#calls.delete(call);
    if (call instanceof Turn) call.leave();
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }

  async begin(): Promise<void> {
    this.#checkUp();
    if (this.#transaction) throw new Fault('illegal-state');
    this.#transaction = { id: `chain-${(this.#transactions += 1)}`, sends: [] };
    const packet = { type: 'begin', transaction: this.#transaction.id } as const;
    this.#context.broker.receive(packet).catch(() => {});
  }

  async commit(): Promise<void> {
    const { call, transaction } = this.#leave();
    void Promise.all(transaction.sends.map(({ gone }) => gone)).then(() => {
      if (!call.ended) this.#request('commit', transaction.id, call);
    });
    return call.promise;
  }

  async rollback(): Promise<void> {
    const { call, transaction } = this.#leave();
    for (const turn of transaction.sends) {
      if (!turn.written) this.#end(turn, new Fault('other', 'rolled back'));
    }
    this.#request('rollback', transaction.id, call);
    return call.promise;
  }

  #leave() {
    this.#checkUp();
    const transaction = this.#transaction;
    if (!transaction) throw new Fault('illegal-state');
    this.#transaction = undefined;
    const call = new Call();
    this.#calls.add(call);
    return { call, transaction };
  }

  #request(type: 'commit' | 'rollback', transaction: string, call: Call): void {
    this.#context.broker.receive({ type, transaction }).then(
      () => this.#end(call),
      (error: Error) => this.#end(call, error),
    );
  }

  #checkUp(): void {
    if (this.#context.broker.lost.aborted) this.#shut('connection-lost');
    if (this.#down) throw new Fault(this.#down);
  }

  async close(): Promise<void> {
    if (this.#down !== 'closed') this.#shut('closed');
    this.#down = 'closed';
  }

  #shut(kind: 'closed' | 'connection-lost'): void {
    this.#down ??= kind;
    for (const call of this.#calls) this.#end(call, new Fault(kind));
    if (kind === 'connection-lost') this.#used = 0;
    for (const turn of this.#unanswered) {
      // A refusal that comes after close is still reported.
      if (kind === 'closed' && !turn.options.onComplete) continue;
      this.#unanswered.delete(turn);
      tell(turn.message, turn.options, new Fault(kind), this.#context.onAsyncError);
    }
  }

  windowUsage(): number {
    return this.#used;
  }
}

/** The promise chain. */
export const promiseChain = conforming('promise chain', (context) => new PromiseChain(context));
