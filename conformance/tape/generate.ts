// Writing a tape: what comes next is drawn by weights that favour what is rare and telling, such as
// exact fits, two answers in one turn, a refusal at a full window, a rollback while sends wait.
import { blocks } from '../../spec/decision.ts';
import type { Send } from '../../spec/calls.ts';
import type { Ledger } from '../../spec/ledger.ts';
import type { ProducerSettings } from '../../spec/settings.ts';
import { answerableTransaction } from './enabled.ts';
import { TapeModel } from './model.ts';
import type { TapeScope } from './scope.ts';
import { DESTINATION, type Gap, type SendStimulus, type Stimulus, type Tape } from './stimulus.ts';

/** A source of choices: an integer from `min` to `max`, both included. */
export type Choose = (min: number, max: number) => number;

/** Draws one tape. The same choices give the same tape. */
export function generateTape(choose: Choose, scope: TapeScope): Tape {
  return new TapeWriter(choose, scope).write();
}

/** Window sizes in bytes: small enough to fill and to read. */
const WINDOWS = [1, 2, 10, 100, 1000] as const;
/** Where 32-bit arithmetic breaks. */
const HUGE_WINDOW = 3 * 2 ** 30;
const TIMEOUTS_MS = [10, 100, 30_000] as const;

interface Option {
  readonly weight: number;
  readonly step: () => Stimulus;
}

class TapeWriter {
  readonly #choose: Choose;
  readonly #scope: TapeScope;
  readonly #steps: Stimulus[] = [];
  readonly #settings: ProducerSettings;
  readonly #model: TapeModel;
  readonly #bursty: boolean;
  readonly #sent: string[] = [];
  #nextId = 1;

  constructor(choose: Choose, scope: TapeScope) {
    this.#choose = choose;
    this.#scope = scope;
    this.#settings = this.#drawSettings();
    this.#model = new TapeModel(this.#settings, scope);
    this.#bursty = this.#chance(30);
  }

  write(): Tape {
    const { maxSteps } = this.#scope;
    const long = this.#chance(3);
    const length = Math.min(maxSteps, long ? this.#choose(60, 119) : this.#choose(4, 17));
    this.#steps.push({ do: 'open', settings: this.#settings, gap: 'none' });
    let afterEnd = 0;
    while (this.#steps.length <= length && afterEnd < 4) {
      const step = this.#draw();
      if (this.#model.apply(step)) this.#steps.push(step);
      const { lost, closeInvoked } = this.#model.ledger;
      if (lost || closeInvoked) afterEnd += 1;
    }
    return this.#steps;
  }

  #chance(percent: number): boolean {
    return this.#choose(1, 100) <= percent;
  }

  #oneOf<T>(values: readonly T[]): T {
    return values[this.#choose(0, values.length - 1)] as T;
  }

  #can(capability: TapeScope['supports'][number]): boolean {
    return this.#scope.supports.includes(capability);
  }

  #drawSettings(): ProducerSettings {
    const overhead = this.#scope.chargedSize?.(SAMPLE) ?? 0;
    let windowSize = 0;
    if (this.#can('window') && !this.#chance(12)) {
      const huge = this.#scope.answers === 'scripted' && this.#chance(4);
      windowSize = huge ? HUGE_WINDOW : this.#oneOf(WINDOWS);
      if (overhead > 0) windowSize += overhead * this.#choose(1, 4);
    }
    const anonymous = this.#can('destinations') && this.#chance(10);
    return {
      windowSize,
      useAsyncSend: this.#can('use-async-send') && this.#chance(30),
      alwaysSyncSend: this.#can('always-sync-send') && this.#chance(8),
      sendTimeoutMs: this.#can('timeout') && this.#chance(20) ? this.#oneOf(TIMEOUTS_MS) : 0,
      ...(!anonymous && { destination: DESTINATION }),
    };
  }

  #draw(): Stimulus {
    const options = this.#options(this.#model.ledger);
    let total = 0;
    for (const { weight } of options) total += weight;
    let ticket = this.#choose(1, total);
    for (const { weight, step } of options) {
      ticket -= weight;
      if (ticket <= 0) return step();
    }
    throw new Error('the weights do not add up');
  }

  #gap(): Gap {
    const settle = this.#bursty ? 25 : 75;
    const ticket = this.#choose(1, 100);
    if (ticket <= settle) return 'settle';
    return ticket <= settle + (100 - settle) * 0.7 ? 'none' : this.#choose(1, 4);
  }

  #options(ledger: Ledger): Option[] {
    const options: Option[] = [];
    const add = (weight: number, step: () => Stimulus) => {
      if (weight > 0) options.push({ weight, step });
    };
    const waiting = ledger.waiting.size;
    add(waiting > 4 ? 10 : 40, () => this.#send());
    this.#addAnswers(ledger, add);
    if (this.#can('transactions')) this.#addTransactionCalls(ledger, add);
    if (this.#can('interrupt') && this.#sent.length > 0) {
      const some = this.#interruptible(ledger);
      add(some.length > 0 ? 7 : 1, () => this.#interrupt(some));
    }
    const timed = this.#settings.sendTimeoutMs > 0;
    add(timed && ledger.pending.size > 0 ? 16 : 1, () => this.#advance());
    if (this.#can('connection-loss') && !ledger.lost) add(waiting > 0 ? 4 : 2, () => this.#simple('lose'));
    add(waiting > 0 ? 4 : 2, () => this.#simple('close'));
    return options;
  }

  #addAnswers(ledger: Ledger, add: (weight: number, step: () => Stimulus) => void): void {
    if (ledger.lost) return;
    const open = this.#sent.filter((id) => isOutstanding(ledger.sendOf(id)));
    if (open.length > 0) {
      add(Math.min(40, 14 + 6 * open.length), () => this.#answer('ack', open));
      add(8, () => this.#answer('refuse', open));
    }
    for (const of of ['begin', 'commit', 'rollback'] as const) {
      if (!answerableTransaction(of, ledger)) continue;
      add(30, () => ({ do: 'ack', of, gap: this.#gap() }));
      if (of === 'commit') add(10, () => ({ do: 'refuse', of, gap: this.#gap() }));
    }
  }

  #addTransactionCalls(ledger: Ledger, add: (weight: number, step: () => Stimulus) => void): void {
    const open = ledger.transactions.current !== undefined;
    const waiting = ledger.waiting.size > 0;
    if (!open) add(8, () => this.#simple('begin'));
    add(open ? 8 : 1, () => this.#simple('commit'));
    add(open ? (waiting ? 14 : 5) : 1, () => this.#simple('rollback'));
  }

  #simple(what: 'begin' | 'commit' | 'rollback' | 'close' | 'lose'): Stimulus {
    return { do: what, gap: this.#gap() };
  }

  #answer(what: 'ack' | 'refuse', open: readonly string[]): Stimulus {
    const gap = open.length > 1 && this.#chance(35) ? 'none' : this.#gap();
    return { do: what, id: this.#oneOf(open), gap };
  }

  #interruptible(ledger: Ledger): string[] {
    return this.#sent.filter((id) => ledger.sendOf(id)?.outcome === 'pending');
  }

  #interrupt(pending: readonly string[]): Stimulus {
    const late = pending.length === 0 || this.#chance(10);
    return { do: 'interrupt', id: this.#oneOf(late ? this.#sent : pending), gap: this.#gap() };
  }

  #advance(): Stimulus {
    const timeout = this.#settings.sendTimeoutMs;
    const ms = timeout > 0 ? this.#oneOf([1, timeout - 1, timeout, timeout + 1]) : this.#choose(1, 100);
    return { do: 'advance', ms, gap: this.#gap() };
  }

  #send(): Stimulus {
    const completion = this.#can('completion') && this.#chance(22);
    const responseRequired = !completion && this.#can('response-required') && this.#chance(8);
    const destination = this.#destination();
    return {
      do: 'send',
      ...this.#message(),
      ...(completion && { completion: true }),
      ...(responseRequired && { responseRequired: true }),
      ...(this.#chance(5) && { priority: this.#choose(0, 9) }),
      ...(this.#chance(5) && { timeToLiveMs: this.#choose(1, 100_000) }),
      ...(destination !== undefined && { destination }),
      ...(completion && this.#chance(25) && { then: this.#message() }),
      gap: this.#gap(),
    };
  }

  #message(): Pick<SendStimulus, 'id' | 'size' | 'mode'> {
    const id = `m${this.#nextId++}`;
    this.#sent.push(id);
    return { id, size: this.#size(), mode: this.#chance(50) ? 'persistent' : 'non-persistent' };
  }

  /** Around the edges of the window and of what is free in it. */
  #size(): number {
    const { windowSize } = this.#settings;
    const overhead = this.#scope.chargedSize?.(SAMPLE) ?? 0;
    if (windowSize === 0) return this.#choose(0, 100);
    const free = Math.max(0, windowSize - this.#model.ledger.account.usage);
    const half = Math.floor(windowSize / 2);
    const charge = this.#oneOf([
      0, 1, half, half, free, free, free + 1, windowSize - 1, windowSize, windowSize + 1,
      this.#choose(0, windowSize),
    ]);
    return Math.max(0, charge - overhead);
  }

  #destination(): string | null | undefined {
    const bound = this.#settings.destination !== undefined;
    if (!this.#can('destinations')) return undefined;
    if (!bound) return this.#chance(25) ? undefined : DESTINATION;
    if (!this.#chance(8)) return undefined;
    return this.#oneOf([null, 'elsewhere', DESTINATION]);
  }
}

/** What a producer charges on top of the size of a message. */
const SAMPLE = {
  id: 'sample',
  size: 0,
  deliveryMode: 'persistent',
  priority: 4,
  timeToLiveMs: 0,
} as const;

function isOutstanding(send: Send | undefined): boolean {
  return send !== undefined && send.received && send.answer === 'none' && !isOver(send);
}

/** A late answer to a blocked send that failed is worth giving; so none is over. */
function isOver(send: Send): boolean {
  return send.outcome === 'failed' && !blocks(send.dispatch);
}
