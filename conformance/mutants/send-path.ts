// The path of a send through the engine: checks, a queue of sends, a pump that admits from its head, the
// answer. Cut into small methods, the seams at which mutants differ. What ends all of it is in engine.ts.
import type { Dispatch } from '../../spec/model/decision.ts';
import type { Packet } from '../../spec/events/message.ts';
import type { OpenContext, OutgoingMessage, ProducerSettings, SendOptions } from '../adapter.ts';
import {
  type Call,
  checkDestination,
  dispatchOf,
  Fault,
  isLoss,
  isRefusal,
  Job,
  type Transaction,
} from './calls.ts';

/** How the engine sends. Every member may be overridden. */
export abstract class SendPath {
  readonly settings: ProducerSettings;
  readonly broker: OpenContext['broker'];
  readonly onAsyncError: OpenContext['onAsyncError'];
  /** Sends that wait for space, first come first. */
  queue: Job[] = [];
  /** Calls without an outcome. */
  readonly calls = new Set<Call>();
  /** Charged sends that were written and not answered. */
  readonly unanswered = new Set<Job>();
  /** Bytes charged. */
  usage = 0;
  /** Sends so far. */
  count = 0;
  /** Only mutants look at it. */
  insideCallback = false;
  closed = false;
  lost = false;
  transaction: Transaction | undefined;

  constructor({ settings, broker, onAsyncError }: OpenContext) {
    this.settings = settings;
    this.broker = broker;
    this.onAsyncError = onAsyncError;
    broker.lost.addEventListener('abort', () => this.lose());
  }

  /** The connection is gone; may be called again. */
  abstract lose(): void;
  abstract commitWhenReady(): void;

  // What a send is.

  dispatchOf(message: OutgoingMessage, completion: boolean): Dispatch {
    return dispatchOf(message, this.settings, this.transaction !== undefined, completion);
  }

  isCharged({ dispatch }: Job): boolean {
    return dispatch === 'async' || dispatch === 'completion';
  }

  sizeOf({ message }: Job): number {
    return message.size;
  }

  get limit(): number {
    return this.settings.windowSize > 0 ? this.settings.windowSize : Infinity;
  }

  isTooLarge(job: Job): boolean {
    return this.isCharged(job) && this.sizeOf(job) > this.limit;
  }

  fits(job: Job): boolean {
    if (!this.isCharged(job)) return this.usage < this.limit;
    return this.usage + this.sizeOf(job) <= this.limit;
  }

  // A call to send: checks, then the queue.

  async send(message: OutgoingMessage, options: SendOptions): Promise<void> {
    this.checkUsable();
    this.checkDestination(message);
    const job = this.accept(message, options);
    if (this.isTooLarge(job)) this.refuseTooLarge(job);
    else this.enqueue(job);
    if (!job.ended) this.watch(job);
    return job.promise;
  }

  checkUsable(): void {
    if (this.closed) throw new Fault('closed');
    if (this.lost || this.broker.lost.aborted) throw new Fault('connection-lost');
  }

  checkDestination(message: OutgoingMessage): void {
    checkDestination(message, this.settings);
  }

  accept(message: OutgoingMessage, options: SendOptions): Job {
    this.count += 1;
    const dispatch = this.dispatchOf(message, options.onComplete !== undefined);
    const job = new Job(this.count, this.copyOf(message), options, dispatch, this.transaction);
    this.calls.add(job);
    if (dispatch === 'timed') this.startTimer(job, this.settings.sendTimeoutMs);
    return job;
  }

  /** What is written after send has returned must not be the caller's own. */
  copyOf(message: OutgoingMessage): OutgoingMessage {
    return { ...message };
  }

  refuseTooLarge(job: Job): void {
    this.end(job, new Fault('too-large'));
  }

  /** From now on an interrupt ends the call. */
  watch(job: Job): void {
    job.onAbort = () => this.interrupt(job);
    if (job.options.signal.aborted) this.interrupt(job);
    else job.options.signal.addEventListener('abort', job.onAbort);
  }

  unwatch(job: Job): void {
    if (job.onAbort) job.options.signal.removeEventListener('abort', job.onAbort);
  }

  startTimer(job: Job, ms: number): void {
    job.timer = setTimeout(() => this.timeOut(job), ms);
  }

  stopTimer(job: Job): void {
    clearTimeout(job.timer);
  }

  // The window.

  enqueue(job: Job): void {
    this.queue.push(job);
    this.pump();
  }

  /** Admits whatever fits now, in order. To be called whenever something may have changed. */
  pump(): void {
    for (let head = this.queue[0]; head && this.fits(head); head = this.queue[0]) {
      this.queue.shift();
      this.admit(head);
    }
    this.commitWhenReady();
  }

  admit(job: Job): void {
    job.state = 'written';
    if (this.isCharged(job)) {
      this.unanswered.add(job);
      this.charge(job);
    }
    this.write(job);
    if (this.returnsAtOnce(job)) this.end(job);
  }

  returnsAtOnce(job: Job): boolean {
    return this.isCharged(job);
  }

  charge(job: Job): void {
    job.held = this.sizeOf(job);
    this.usage += job.held;
  }

  release(job: Job, _error?: Error): void {
    this.usage -= job.held;
    job.held = 0;
  }

  write(job: Job): void {
    this.transmit(job);
  }

  transmit(job: Job): void {
    this.broker.receive(this.packetOf(job)).then(
      () => this.answered(job),
      (error: Error) => this.answered(job, error),
    );
  }

  packetOf({ message, transaction }: Job): Packet {
    if (!transaction) return { type: 'message', message };
    return { type: 'message', message, transaction: transaction.id };
  }

  // What ends a send: its answer, an interrupt, its timeout.

  answered(job: Job, error?: Error): void {
    if (isLoss(error)) this.lose();
    if (job.state === 'done') return;
    job.state = 'done';
    if (this.isCharged(job)) this.answeredCharged(job, error);
    else this.answeredBlocked(job, error);
  }

  /** The space first, then those that wait for it, then the application, which may send again. */
  answeredCharged(job: Job, error?: Error): void {
    this.settle(job, error);
    this.pump();
    this.tell(job, error);
  }

  settle(job: Job, error?: Error): void {
    this.unanswered.delete(job);
    this.release(job, error);
  }

  answeredBlocked(job: Job, error?: Error): void {
    this.end(job, error);
  }

  tell(job: Job, error?: Error): void {
    if (job.options.onComplete) this.callBack(job, error);
    else if (isRefusal(error)) this.report(job, error);
  }

  callBack({ options }: Job, error?: Error): void {
    this.insideCallback = true;
    try {
      options.onComplete?.(error);
    } catch {
      // The application's own fault.
    }
    this.insideCallback = false;
  }

  report({ message }: Job, error: Error): void {
    this.onAsyncError(error, message.id);
  }

  interrupt(job: Job): void {
    this.withdraw(job, new Fault('interrupted'));
  }

  timeOut(job: Job): void {
    this.withdraw(job, new Fault('timeout'));
  }

  /** Ends a call early; those that wait behind it may go now. */
  withdraw(job: Job, error: Fault): void {
    if (job.ended) return;
    this.unqueue((other) => other === job);
    this.end(job, error);
    this.pump();
  }

  /** Takes sends out of the queue, all at once, so that none of them slips out meanwhile. */
  unqueue(which: (job: Job) => boolean): Job[] {
    const taken = this.queue.filter(which);
    this.queue = this.queue.filter((job) => !which(job));
    for (const job of taken) job.state = 'done';
    return taken;
  }

  /** The outcome of a call; the first one counts. */
  end(call: Call, error?: Error): void {
    if (!call.end(error)) return;
    this.calls.delete(call);
    if (!(call instanceof Job)) return;
    this.stopTimer(call);
    this.unwatch(call);
  }
}
