// Permits: a first-come-first-served semaphore reserves the bytes, and its holder goes on some microtasks
// later; if its call has ended meanwhile, it gives them back. A blocking send needs a byte of room and
// takes none.
import type {
  ErrorKind,
  OpenContext,
  OutgoingMessage,
  ProducerSubject,
  SendOptions,
} from '../../adapter.ts';
import { Call, Fault, isLoss } from '../calls.ts';
import { Accepted, conforming, enter, limitOf, packetOf, tell, watch } from './entrance.ts';

interface Ticket {
  readonly take: number;
  readonly need: number;
  granted: boolean;
  readonly grant: () => void;
}

class Semaphore {
  readonly #limit: number;
  #line: Ticket[] = [];
  taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  acquire(take: number, need: number): { ticket: Ticket; granted: Promise<void> } {
    let grant = () => {};
    const granted = new Promise<void>((resolve) => (grant = resolve));
    const ticket = { take, need, grant, granted: false };
    this.#line.push(ticket);
    this.#wake();
    return { ticket, granted };
  }

  /** Takes tickets out of the line, all at once. Those that hold permits keep them. */
  cancel(tickets: readonly Ticket[]): void {
    this.#line = this.#line.filter((ticket) => !tickets.includes(ticket));
    this.#wake();
  }

  release({ take }: Ticket): void {
    this.taken -= take;
    this.#wake();
  }

  /** Nobody is served any more. */
  stop(): void {
    this.#line = [];
  }

  #wake(): void {
    for (let [first] = this.#line; first; [first] = this.#line) {
      if (this.taken + first.need > this.#limit) return;
      this.#line.shift();
      this.taken += first.take;
      first.granted = true;
      first.grant();
    }
  }
}

class Transaction {
  readonly id: string;
  /** Sends that have neither been written nor failed. */
  readonly inside = new Set<Call>();
  onEmpty = () => {};

  constructor(id: string) {
    this.id = id;
  }

  leave(call: Call): void {
    if (this.inside.delete(call) && this.inside.size === 0) this.onEmpty();
  }
}

class Permits implements ProducerSubject {
  readonly #context: OpenContext;
  readonly #semaphore: Semaphore;
  readonly #calls = new Set<Call>();
  readonly #tickets = new Map<Call, Ticket>();
  readonly #unanswered = new Map<Ticket, (error?: Error) => void>();
  #down: ErrorKind | undefined;
  #lost = false;
  #transaction: Transaction | undefined;
  #transactions = 0;

  constructor(context: OpenContext) {
    this.#context = context;
    this.#semaphore = new Semaphore(limitOf(context.settings));
    context.broker.lost.addEventListener('abort', () => this.#lose());
  }

  async send(message: OutgoingMessage, options: SendOptions): Promise<void> {
    this.#checkUp();
    const transaction = this.#transaction;
    const { settings } = this.#context;
    const entry = enter(message, options, settings, transaction !== undefined);
    const call = this.#open(new Accepted(message, options, entry, transaction));
    transaction?.inside.add(call);
    const { size } = message;
    const { ticket, granted } = this.#semaphore.acquire(
      entry.charged ? size : 0,
      entry.charged ? size : 1,
    );
    this.#tickets.set(call, ticket);
    const stop = (kind: ErrorKind) => this.#abandon([call], new Fault(kind), transaction);
    const unwatch = watch(options, entry, stop);
    void this.#perform(call, ticket, granted);
    try {
      await call.promise;
    } finally {
      unwatch();
    }
  }

  async #perform(
    call: Accepted<Transaction>,
    ticket: Ticket,
    granted: Promise<void>,
  ): Promise<void> {
    const { message, options, entry, transaction } = call;
    await granted;
    this.#tickets.delete(call);
    if (call.ended) {
      if (!this.#lost) this.#semaphore.release(ticket);
      transaction?.leave(call);
      return;
    }
    const answer = failureOf(this.#context.broker.receive(packetOf(message, transaction?.id)));
    transaction?.leave(call);
    if (!entry.charged) return this.#end(call, await answer);
    this.#unanswered.set(ticket, (error) =>
      tell(message, options, error, this.#context.onAsyncError),
    );
    this.#end(call);
    const error = await answer;
    if (isLoss(error)) this.#lose();
    const inform = this.#unanswered.get(ticket);
    if (!this.#unanswered.delete(ticket)) return;
    this.#semaphore.release(ticket);
    inform?.(error);
  }

  /** Ends calls early; all tickets go before anybody else is served. */
  #abandon(calls: readonly Call[], error: Fault, transaction: Transaction | undefined): void {
    const waiting = calls.filter((call) => this.#tickets.get(call)?.granted === false);
    for (const call of calls) this.#end(call, error);
    this.#semaphore.cancel(waiting.map((call) => this.#tickets.get(call) as Ticket));
    for (const call of waiting) transaction?.leave(call);
  }

  #open<Kind extends Call>(call: Kind): Kind {
    this.#calls.add(call);
    return call;
  }

  #end(call: Call, error?: Error): void {
    if (call.end(error)) this.#calls.delete(call);
  }

  async begin(): Promise<void> {
    this.#checkUp();
    if (this.#transaction) throw new Fault('illegal-state');
    this.#transaction = new Transaction(`permit-${(this.#transactions += 1)}`);
    const packet = { type: 'begin', transaction: this.#transaction.id } as const;
    this.#context.broker.receive(packet).catch(() => {});
  }

  async commit(): Promise<void> {
    const transaction = this.#leave();
    const call = this.#open(new Call());
    transaction.onEmpty = () => {
      if (!call.ended) void this.#request('commit', transaction, call);
    };
    if (transaction.inside.size === 0) transaction.onEmpty();
    return call.promise;
  }

  async rollback(): Promise<void> {
    const transaction = this.#leave();
    const call = this.#open(new Call());
    this.#abandon([...transaction.inside], new Fault('other', 'rolled back'), transaction);
    void this.#request('rollback', transaction, call);
    return call.promise;
  }

  #leave(): Transaction {
    this.#checkUp();
    const transaction = this.#transaction;
    if (!transaction) throw new Fault('illegal-state');
    this.#transaction = undefined;
    return transaction;
  }

  async #request(type: 'commit' | 'rollback', { id }: Transaction, call: Call): Promise<void> {
    this.#end(call, await failureOf(this.#context.broker.receive({ type, transaction: id })));
  }

  #checkUp(): void {
    if (this.#context.broker.lost.aborted) this.#lose();
    if (this.#down) throw new Fault(this.#down);
  }

  async close(): Promise<void> {
    this.#down = 'closed';
    this.#stop('closed');
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#down ??= 'connection-lost';
    this.#stop('connection-lost');
    this.#semaphore.taken = 0;
    const informs = [...this.#unanswered.values()];
    this.#unanswered.clear();
    for (const inform of informs) inform(new Fault('connection-lost'));
  }

  #stop(kind: ErrorKind): void {
    this.#semaphore.stop();
    for (const call of this.#calls) this.#end(call, new Fault(kind));
  }

  windowUsage(): number {
    return this.#semaphore.taken;
  }
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
