// The conversation with an adapter: every question has a deadline, and every answer must have been
// asked for. What the answers say of the producer is the case's business.
import type { ProducerSettings } from '../../../spec/events/settings.ts';
import { AdapterFault } from '../harness.ts';
import { AdapterProcess, type LineListener, type Lines } from './adapter-process.ts';
import { quoted } from './json-lines.ts';
import {
  parseAdapterLine,
  type AdapterCall,
  type AdapterEvent,
  type CaseEvent,
} from './protocol.ts';

/**
 * Milliseconds that each kind of answer may take. A virtual machine has to start before `hello`.
 */
const DEADLINES_MS = { hello: 30_000, open: 15_000, ping: 10_000, usage: 10_000 } as const;

type Question = keyof typeof DEADLINES_MS;
type Deadlines = Partial<Record<Question, number>>;
/** What an adapter says of itself. */
export type Hello = Extract<AdapterEvent, { event: 'hello' }>;

/** A question that waits for its answer. */
interface Asked {
  readonly question: Question;
  readonly resolve: (answer: AdapterEvent) => void;
  readonly reject: (fault: AdapterFault) => void;
  readonly timer: NodeJS.Timeout;
}

/** A call as the conversation knows it. */
interface OpenCall {
  readonly completion: boolean;
  hasEnded: boolean;
}

/** Talks to one adapter, about one producer after another. */
export class Conversation {
  readonly #lines: Lines;
  readonly #asked = new Map<Question, Asked>();
  readonly #deadlinesMs: Readonly<Record<Question, number>>;
  #calls = new Map<number, OpenCall>();
  #hear: (event: CaseEvent) => void = () => {};
  #fault: AdapterFault | undefined;
  #hello!: Hello;
  /**
   * Each producer's calls are numbered from 1. On the wire they go on from those of the producers before, so that
   * late news of a former one can be told.
   */
  #opsBefore = 0;
  #nextOp = 1;
  #pings = 0;

  private constructor(open: (listener: LineListener) => Lines, deadlinesMs: Deadlines) {
    this.#deadlinesMs = { ...DEADLINES_MS, ...deadlinesMs };
    this.#lines = open({
      line: (line) => this.#heard(line),
      fault: (fault) => this.fail(fault),
    });
  }

  /** Starts an adapter by a shell command. Throws `AdapterFault`. */
  static start(command: string): Promise<Conversation> {
    return Conversation.over((listener) => new AdapterProcess(command, listener));
  }

  /** Lets the adapter at the other end of some lines introduce itself. Throws `AdapterFault`. */
  static async over(
    open: (listener: LineListener) => Lines,
    deadlinesMs: Deadlines = {},
  ): Promise<Conversation> {
    const conversation = new Conversation(open, deadlinesMs);
    try {
      const hello = await conversation.#ask('hello', { call: 'hello', protocol: 1 });
      conversation.#hello = hello as Hello;
      assertOneFate(conversation.#hello);
      return conversation;
    } catch (error) {
      await conversation.end();
      throw error;
    }
  }

  /** What the adapter said of itself. */
  get hello(): Hello {
    return this.#hello;
  }

  /**
   * Opens a fresh producer. From `opened` on, `hear` is told what happens to it, and to no other.
   */
  async open(
    settings: ProducerSettings,
    broker: string,
    hear: (event: CaseEvent) => void,
  ): Promise<void> {
    this.silence();
    this.#opsBefore += this.#nextOp - 1;
    this.#nextOp = 1;
    this.#calls = new Map();
    await this.#ask('open', { call: 'open', settings, broker }, () => (this.#hear = hear));
  }

  /** The producer is not listened to any more. */
  silence(): void {
    this.#hear = () => {};
  }

  /** A number under which no call of this producer was made yet. */
  get nextOp(): number {
    return this.#nextOp;
  }

  /** Makes a call with an `op`, which must be at least `nextOp`. */
  call(call: Extract<AdapterCall, { op: number }>): void {
    const completion = call.call === 'send' && call.completion;
    this.#calls.set(call.op, { completion, hasEnded: false });
    this.#nextOp = call.op + 1;
    this.#say({ ...call, op: this.#opsBefore + call.op });
  }

  interrupt(target: number): void {
    this.#say({ call: 'interrupt', target: this.#opsBefore + target });
  }

  /** Whether a call has returned or failed. */
  hasEnded(op: number): boolean {
    return this.#calls.get(op)?.hasEnded ?? false;
  }

  /** Resolves when the adapter has answered: it is alive, and all it said before has been heard. */
  async ping(): Promise<void> {
    this.#pings += 1;
    await this.#ask('ping', { call: 'ping', n: this.#pings });
  }

  /** The producer's own figure of its window usage, in bytes. */
  async usage(): Promise<number> {
    const answer = await this.#ask('usage', { call: 'usage' });
    return answer.event === 'usage' ? answer.bytes : Number.NaN;
  }

  /** Throws if the adapter has failed. */
  check(): void {
    if (this.#fault) throw this.#fault;
  }

  /** Nothing can be judged any more: every open question is rejected. */
  fail(fault: AdapterFault): void {
    if (this.#fault) return;
    this.#fault = fault;
    for (const { timer, reject } of this.#asked.values()) {
      clearTimeout(timer);
      reject(fault);
    }
    this.#asked.clear();
  }

  /** Ends the adapter's process. */
  async end(): Promise<void> {
    this.silence();
    await this.#lines.end();
    this.fail(new AdapterFault('exited', 'its process was ended by the kit'));
  }

  #say(call: AdapterCall): void {
    this.#lines.write(JSON.stringify(call));
  }

  #ask(question: Question, call: AdapterCall, answered = () => {}): Promise<AdapterEvent> {
    this.check();
    const deadlineMs = this.#deadlinesMs[question];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const within = `within ${deadlineMs / 1000} s`;
        this.fail(new AdapterFault('hung', `it did not answer "${question}" ${within}`));
      }, deadlineMs);
      const heard = (answer: AdapterEvent) => {
        answered();
        resolve(answer);
      };
      this.#asked.set(question, { question, resolve: heard, reject, timer });
      this.#say(call);
    });
  }

  #heard(line: string): void {
    if (this.#fault) return;
    try {
      this.#take(parseAdapterLine(line), line);
    } catch (error) {
      this.fail(faultOf(error));
    }
  }

  #take(event: AdapterEvent, line: string): void {
    switch (event.event) {
      case 'hello':
        return this.#answer('hello', event, line);
      case 'opened':
        return this.#answer('open', event, line);
      case 'open-failed': {
        const { kind, message } = event.error;
        const why = kind ? `${message} (${kind})` : message;
        throw new AdapterFault('open-failed', `it could not open a producer: ${quoted(why)}`);
      }
      case 'usage':
        return this.#answer('usage', event, line);
      case 'pong':
        if (event.n !== this.#pings)
          throw unasked(`answered ping ${event.n}, which is not open`, line);
        return this.#answer('ping', event, line);
      case 'async-error':
        return this.#hear(event);
      default:
        return this.#takeOfCall(event, line);
    }
  }

  #answer(question: Question, event: AdapterEvent, line: string): void {
    const asked = this.#asked.get(question);
    if (!asked) throw unasked(`answered "${question}", which was not asked`, line);
    this.#asked.delete(question);
    clearTimeout(asked.timer);
    asked.resolve(event);
  }

  #takeOfCall(event: Exclude<CaseEvent, { event: 'async-error' }>, line: string): void {
    const op = event.op - this.#opsBefore;
    if (op < 1) return; // Late news of a former producer.
    const call = this.#calls.get(op);
    if (!call) throw unasked(`spoke of op ${event.op}, which was never invoked`, line);
    if (event.event === 'complete' && !call.completion) {
      throw unasked(`completed op ${event.op}, which has no completion callback`, line);
    }
    if (event.event === 'return' || event.event === 'throw') {
      if (call.hasEnded) throw unasked(`ended op ${event.op} a second time`, line);
      call.hasEnded = true;
    }
    this.#hear({ ...event, op });
  }
}

/** Either a producer tells of a lost connection, or it makes it anew. */
function assertOneFate({ reconnects, resends, supports }: Hello): void {
  if (!(reconnects || resends) || !supports.includes('connection-loss')) return;
  const both = 'it says that it reconnects and supports connection-loss';
  throw new AdapterFault('protocol', `${both}, which means that a loss is final; declare one`);
}

function unasked(what: string, line: string): AdapterFault {
  return new AdapterFault('protocol', `it ${what}: ${quoted(line)}`);
}

/** Whatever goes wrong while a line is taken in: the adapter's fault, or an impossible history. */
function faultOf(error: unknown): AdapterFault {
  if (error instanceof AdapterFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AdapterFault('protocol', `what it said makes no history: ${message}`, {
    cause: error,
  });
}
