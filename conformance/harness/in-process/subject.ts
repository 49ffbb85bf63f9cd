// The subject port over a producer of this process: calls are plain calls, callbacks come from inside it. Below, its
// side of the contract: which methods it must have, what counts as a promise, how its errors are put into words.
import { ERROR_KINDS, type ErrorKind, type Failure } from '../../../spec/events/failure.ts';
import type {
  AsyncErrorEvent,
  CompleteEvent,
  Op,
  PlainAction,
} from '../../../spec/events/history.ts';
import type { OutgoingMessage } from '../../../spec/events/message.ts';
import type { Capability, ProducerSettings, Resends } from '../../../spec/events/settings.ts';
import type { BrokerPort, OpenContext, ProducerAdapter, ProducerSubject } from '../../adapter.ts';
import {
  hasCallback,
  type NestedSend,
  type Scenario,
  type SendStep,
  type Writable,
} from '../../cases/step.ts';
import { AdapterFault } from '../harness.ts';
import type { CasePort, SubjectPort } from '../ports.ts';
import { CallbackThrew } from './determinism.ts';
import { isThenable, makeCall, type Settler } from './settle.ts';
import { listenersOn, Signals } from './signals.ts';
import { changeAfterReturn } from './wire.ts';

/** What a producer is opened with. */
export interface Opening {
  readonly adapter: ProducerAdapter;
  readonly chargedSize: SubjectPort['chargedSize'];
  readonly settler: Pick<Settler, 'open' | 'untilClosed'>;
  readonly broker: BrokerPort;
  /** Timers that the producer has left, and not others; absent: nobody can tell. */
  timersLeft(this: void): Promise<number | undefined>;
}

/** One producer of an adapter module. */
export class LocalSubject implements SubjectPort {
  readonly supports: readonly Capability[];
  readonly resends: Resends | undefined;
  readonly chargedSize: SubjectPort['chargedSize'];
  readonly isConcurrent = false;
  readonly #opening: Opening;
  readonly #adapter: ProducerAdapter;
  readonly #case: CasePort;
  readonly #signals: Signals;
  readonly #tellsUsage: boolean;
  /** Messages of sends that returned since the last settle point. */
  readonly #lingering: OutgoingMessage[] = [];
  /** Messages of sends that failed, by their ids. */
  readonly #failed = new Map<string, OutgoingMessage>();
  #producer!: ProducerSubject;
  /** Sends of which the error listener waits to hear, by their messages. */
  readonly #reported = new Map<string, { readonly op: Op; readonly nested: NestedSend }>();
  /** The send whose call is on the stack, so that a callback inside it can be told. */
  #inside: Op = 0;

  constructor(opening: Opening, seen: CasePort, scenario: Scenario) {
    const { adapter, chargedSize } = opening;
    this.#opening = opening;
    this.#adapter = adapter;
    this.#case = seen;
    this.#signals = new Signals(scenario);
    this.supports = adapter.supports;
    this.resends = adapter.resends;
    this.chargedSize = chargedSize;
    this.#tellsUsage = adapter.supports.includes('usage');
  }

  open(settings: ProducerSettings): Promise<void> | undefined {
    const { broker, settler } = this.#opening;
    const context: OpenContext = {
      settings,
      broker,
      onAsyncError: (error, message) => this.#asyncError(error, message),
      fault: (sentence) => this.#case.fail(new AdapterFault('protocol', sentence)),
    };
    try {
      const producer = settler.open(this.#adapter, context);
      if (producer instanceof Promise)
        return producer.then((opened) => this.#take(opened), openFailed);
      this.#take(producer);
    } catch (error) {
      openFailed(error);
    }
    return undefined;
  }

  send(op: Op, message: OutgoingMessage, step: SendStep): void {
    const onComplete = hasCallback(step)
      ? (error: unknown) => this.#complete(op, step, error)
      : undefined;
    if (step.reported) this.#reported.set(message.id, { op, nested: step.reported });
    const options = this.#signals.optionsFor(step, onComplete);
    const outer = this.#inside;
    this.#inside = op;
    const given = this.#given(message);
    // One that has a callback is the producer's until that is called (Jakarta Messaging 3.1, 7.3.9).
    const returned = onComplete ? undefined : () => this.#giveBack(given);
    const failed = () => void this.#failed.set(given.id, given);
    this.#make(op, () => this.#producer.send(given, options), returned, failed);
    this.#inside = outer;
  }

  /** One that is sent again, as it was, is the very same object. */
  #given(message: OutgoingMessage): OutgoingMessage {
    const former = this.#failed.get(message.id);
    return former && JSON.stringify(former) === JSON.stringify(message) ? former : { ...message };
  }

  settled(): void {
    for (const message of this.#lingering.splice(0)) changeAfterReturn(message);
  }

  call(op: Op, action: PlainAction): void {
    this.#make(op, () => this.#producer[action]?.());
  }

  interrupt(_: Op, id: string): void {
    this.#signals.abort(id);
  }

  usage(): number | undefined {
    return this.#tellsUsage ? readUsage(this.#producer) : undefined;
  }

  get isAbandoned(): boolean {
    return this.#producer.isConnected?.() === false;
  }

  async leftovers() {
    const { broker, timersLeft } = this.#opening;
    const onLost = listenersOn(broker.lost);
    const onSignal = this.#signals.listenersLeft();
    const timers = await timersLeft();
    if (timers === undefined) return undefined;
    return { timers, ...(onLost > 0 && { onLost }), ...(onSignal > 0 && { onSignal }) };
  }

  /** The next producer may be opened only once this one has closed: a client id may be in use until then. */
  end(): Promise<void> | undefined {
    try {
      const closing: unknown = this.#producer.close();
      return isThenable(closing) ? this.#opening.settler.untilClosed(closing) : undefined;
    } catch {
      // The case is over: how a second close fails was judged within it, if at all (LIF-3).
      return undefined;
    }
  }

  #take(producer: ProducerSubject): void {
    assertSubject(producer, this.#adapter);
    this.#producer = producer;
  }

  /** A producer that lingers is given the time that it asks for. */
  #giveBack(message: OutgoingMessage): void {
    if ((this.#adapter.lingerMs ?? 0) > 0) this.#lingering.push(message);
    else changeAfterReturn(message);
  }

  /** A synchronous throw counts as a failure, a result that is no promise as a return. */
  #make(op: Op, call: () => unknown, returned?: () => void, failed?: () => void): void {
    let hasEnded = false;
    const succeed = () => {
      if (hasEnded) return;
      hasEnded = true;
      this.#case.observe({ event: 'return', op });
      returned?.();
    };
    const fail = (error: unknown) => {
      const failure = hasEnded || this.#case.isOver ? undefined : this.#failureOf(error);
      if (!hasEnded) failed?.();
      if (failure) this.#case.observe({ event: 'throw', op, error: failure });
      hasEnded = true;
    };
    makeCall(call, succeed, fail);
  }

  #complete(op: Op, step: SendStep, error: unknown): void {
    const event: Writable<CompleteEvent> = { event: 'complete', op };
    if (error !== undefined && error !== null) {
      const failure = this.#failureOf(error);
      if (!failure) return;
      event.error = failure;
    }
    if (this.#inside === op) event.inside = true;
    if (step.throws) event.threw = true;
    this.#case.observe(event);
    if (step.nested) this.#case.tell(step.nested, op);
    if (step.throws) throw new CallbackThrew(step.id);
  }

  #asyncError(error: unknown, message: string | undefined): void {
    const failure = this.#failureOf(error);
    if (!failure) return;
    const event: Writable<AsyncErrorEvent> = { event: 'async-error', error: failure };
    if (message !== undefined) event.message = message;
    this.#case.observe(event);
    const id = message ?? this.#firstRefused();
    const awaited = id === undefined ? undefined : this.#reported.get(id);
    if (!awaited) return;
    this.#reported.delete(id!);
    this.#case.tell(awaited.nested, awaited.op);
  }

  /** Whom a report that names no message is taken to be about. */
  #firstRefused(): string | undefined {
    for (const id of this.#reported.keys())
      if (this.#case.ledger.sendOf(id)?.answer === 'refuse') return id;
    return undefined;
  }

  /** Absent: the adapter cannot tell, which ends the case. What is thrown here would end up in the producer. */
  #failureOf(error: unknown): Failure | undefined {
    try {
      return failureOf(error, this.#adapter);
    } catch (fault) {
      this.#case.fail(fault);
      return undefined;
    }
  }
}

function openFailed(cause: unknown): never {
  if (cause instanceof AdapterFault) throw cause;
  const what = cause instanceof Error ? `${cause.name}: ${messageOf(cause)}` : messageOf(cause);
  throw new AdapterFault('open-failed', `its open() failed: ${what}`, { cause });
}

const METHODS: readonly (readonly [string, Capability?])[] = [
  ['send'],
  ['close'],
  ['begin', 'transactions'],
  ['commit', 'transactions'],
  ['rollback', 'transactions'],
  ['windowUsage', 'usage'],
  ['flush', 'flush'],
];

/** Throws an `AdapterFault` that names the missing method unless `subject` is a producer. */
export function assertSubject(subject: unknown, adapter: ProducerAdapter): void {
  const has = subject as Record<string, unknown> | null | undefined;
  for (const [method, capability] of METHODS) {
    if (capability && !adapter.supports.includes(capability)) continue;
    if (typeof has?.[method] === 'function') continue;
    const implied = capability ? `, which its capability "${capability}" implies` : '';
    throw new AdapterFault(
      'missing-method',
      `its open() gave a producer without ${method}()${implied}`,
    );
  }
}

/** An error in words, whatever it is. */
function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : `a value that is no Error: ${String(error)}`;
  } catch {
    return 'a value that is no Error, and cannot be shown';
  }
}

/** What an adapter's error is called in a history: with its kind, if the adapter can tell. */
export function failureOf(error: unknown, adapter: ProducerAdapter): Failure {
  const message = messageOf(error);
  if (!adapter.errorKind) return { message };
  let kind: ErrorKind;
  try {
    kind = adapter.errorKind(error);
  } catch (cause) {
    throw new AdapterFault('not-an-adapter', `its errorKind threw for "${message}"`, { cause });
  }
  return ERROR_KINDS.includes(kind) ? { kind, message } : { kind: 'other', message };
}

/** The adapter's `chargedSize`, which must give whole bytes; absent if it has none. */
export function chargeReader(
  adapter: ProducerAdapter,
): ((message: OutgoingMessage) => number) | undefined {
  if (!adapter.chargedSize) return undefined;
  return (message) => {
    const bytes: unknown = adapter.chargedSize?.(message);
    if (Number.isSafeInteger(bytes) && (bytes as number) >= 0) return bytes as number;
    const why = `its chargedSize gave ${String(bytes)} for ${message.size} bytes; give whole bytes`;
    throw new AdapterFault('not-an-adapter', why);
  };
}

/** The producer's own figure of its usage; absent if it gives none. */
export function readUsage(subject: ProducerSubject): number | undefined {
  try {
    const bytes: unknown = subject.windowUsage?.();
    return typeof bytes === 'number' ? bytes : undefined;
  } catch (cause) {
    throw new AdapterFault('not-an-adapter', `its windowUsage threw: ${String(cause)}`, { cause });
  }
}
