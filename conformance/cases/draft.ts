// A scenario in the making: its source of choices, the settings it opens with, the model that follows it, and
// the habits that set it apart from others: how long it is, how often it pauses, how large its messages are.
import type { Send } from '../../spec/model/calls.ts';
import type { Capability, ProducerSettings } from '../../spec/events/settings.ts';
import { type Enabled, enabledKinds, type Kind } from './enabled.ts';
import { ScenarioModel } from './model.ts';
import { messagesOf } from './nested.ts';
import { kindsWithin, type ScenarioScope } from './scope.ts';
import { DESTINATION, type Pause, type SendStep, type Step, type Writable } from './step.ts';

/** An integer from `min` to `max`, both included: by fast-check's random numbers, or from any other source. */
export type Choose = (min: number, max: number) => number;

/** One of several values, each as likely. */
export function oneOf<T>(choose: Choose, values: readonly T[]): T {
  return values[choose(0, values.length - 1)] as T;
}

/** Window sizes in bytes: small enough to fill and to read. */
const WINDOWS = [1, 2, 10, 100, 1000] as const;
/** Where arithmetic of 32 bits breaks, with a sign or without. */
const HUGE_WINDOWS = [3 * 2 ** 30, 2 ** 31, 2 ** 32].flatMap((size) => [size - 1, size, size + 1]);
/** Where windows count messages. */
const PERMITS = [1, 1, 2, 3, 10] as const;
const TIMEOUTS_MS = [10, 100, 30_000] as const;
/** In real time: long enough to tell it from the time that settling takes. */
const REAL_TIMEOUT_MS = 200;

/** The state from which the next step is drawn. */
export class Draft {
  readonly choose: Choose;
  readonly scope: ScenarioScope;
  readonly settings: ProducerSettings;
  readonly model: ScenarioModel;
  /** Ids of the messages of all steps so far, those that callbacks send included. */
  readonly ids: string[] = [];
  /** Ids of the messages whose sends were interrupted. */
  readonly interrupted: string[] = [];
  /** Steps so far, `open` left out. */
  steps = 0;
  /** A long scenario, for what shows only after many messages; it is not cut short by an early end. */
  readonly long: boolean;
  /** Answers are rare, so that much is unanswered, and waits. */
  readonly slowBroker: boolean;
  /** Most steps follow one another in the same turn. */
  readonly #bursty: boolean;
  /** Where messages name their destination: all that they name. */
  readonly destinations: readonly string[];
  /** Bytes charged for a message of no size. */
  readonly #overhead: number;
  /** The size of a message has no bearing on whether it fits. */
  readonly #countsMessages: boolean;
  /** Messages are small against the window, so that many are unanswered at once. */
  readonly #fine: boolean;
  readonly #kinds: readonly Kind[];

  constructor(choose: Choose, scope: ScenarioScope) {
    this.choose = choose;
    this.scope = scope;
    this.#countsMessages = scope.profile.unit === 'messages';
    this.#overhead = this.#countsMessages ? 0 : (scope.chargedSize?.(EMPTY_MESSAGE) ?? 0);
    this.settings = this.#drawSettings();
    this.model = new ScenarioModel(this.settings, scope);
    this.long = this.chance(4);
    this.#bursty = this.chance(30);
    this.#fine = this.chance(15);
    this.destinations = this.#drawDestinations();
    this.slowBroker = this.#fine || this.chance(15);
    this.#kinds = kindsWithin(scope);
  }

  /** The kinds of steps that are enabled now. */
  enabled(): Enabled[] {
    return enabledKinds(this.#kinds, this.model.ledger, this.ids);
  }

  /** Applies an enabled step to the model. */
  take(step: Step): void {
    this.model.apply(step);
    this.steps += 1;
    if (step.do === 'interrupt') this.interrupted.push(step.id);
    if (step.do === 'send') this.ids.push(...messagesOf(step));
  }

  /** The producer was closed, or its connection lost. */
  get isOver(): boolean {
    const { lost, closeInvoked } = this.model.ledger;
    return lost || closeInvoked;
  }

  get inTransaction(): boolean {
    return this.model.ledger.transactions.current !== undefined;
  }

  /** The first pending send that has a timeout. */
  get firstTimed(): Send | undefined {
    for (const call of this.model.ledger.pending)
      if (call.action === 'send' && call.timeoutMs > 0) return call;
    return undefined;
  }

  /** Whether a charged message of this size would have to wait now. */
  mayWait(size: number): boolean {
    const { waiting, account } = this.model.ledger;
    const { windowSize } = this.settings;
    const charge = this.#countsMessages ? 1 : size;
    return waiting.size > 0 || (windowSize > 0 && account.usage + charge > windowSize);
  }

  /** Whether the broker is known to refuse messages that this producer may send. */
  get mayBeRefused(): boolean {
    const { refusedDestinations = [] } = this.scope;
    const { destination } = this.settings;
    return destination === undefined
      ? refusedDestinations.length > 0
      : refusedDestinations.includes(destination);
  }

  chance(percent: number): boolean {
    return this.choose(1, 100) <= percent;
  }

  can(capability: Capability): boolean {
    return this.scope.supports.includes(capability);
  }

  pause(): Pause {
    const given = this.scope.pauses?.[this.steps];
    if (given !== undefined) return given;
    const settle = this.#bursty ? 25 : 75;
    const ticket = this.choose(1, 100);
    if (ticket <= settle) return 'settle';
    return ticket <= settle + (100 - settle) * 0.7 ? 'none' : this.choose(1, 4);
  }

  /** After one of `count` answers: two in one turn are what wake-ups get lost in. */
  answerPause(count: number): Pause {
    if (this.scope.pauses) return this.pause();
    return count > 1 && this.chance(35) ? 'none' : this.pause();
  }

  /** `ahead`: how many messages the step that is drawn sends before this one. */
  message(ahead = 0): Pick<SendStep, 'id' | 'size' | 'mode'> {
    const id = `m${this.ids.length + 1 + ahead}`;
    return { id, size: this.#size(), mode: this.chance(50) ? 'persistent' : 'non-persistent' };
  }

  /** Around the edges of the window and of what is free in it. */
  #size(): number {
    const { windowSize } = this.settings;
    if (windowSize === 0) return this.choose(0, 100);
    const charge = this.#charge(windowSize);
    const size = Math.max(0, charge - this.#overhead);
    return charge > windowSize ? this.#tooLarge(size, windowSize) : size;
  }

  /** At least `size`: where charges are rounded, what is a byte too much may be charged no more than what fits. */
  #tooLarge(size: number, windowSize: number): number {
    const { chargedSize } = this.scope;
    if (!chargedSize) return size;
    for (let more = size, tries = 0; tries < MOST_TRIES; tries += 1) {
      const short = windowSize + 1 - chargedSize({ ...EMPTY_MESSAGE, size: more });
      if (short <= 0) return more;
      more += short;
    }
    return size;
  }

  #charge(windowSize: number): number {
    const free = Math.max(0, windowSize - this.model.ledger.account.usage);
    if (this.#fine && this.chance(75)) return this.choose(0, Math.ceil(windowSize / 10));
    // Only a window that is full to the brim makes a timed send wait.
    if (this.settings.sendTimeoutMs > 0 && this.chance(30)) return free;
    switch (this.choose(1, 11)) {
      case 1:
        return 0;
      case 2:
        return 1;
      case 3:
      case 4:
        return Math.floor(windowSize / 2);
      case 5:
      case 6:
        return free;
      case 7:
        return free + 1;
      case 8:
        return windowSize - 1;
      case 9:
        return windowSize;
      case 10:
        return windowSize + 1;
      default:
        return this.choose(0, windowSize);
    }
  }

  #drawSettings(): ProducerSettings {
    const settings: Writable<ProducerSettings> = {
      windowSize: this.#windowSize(),
      useAsyncSend: this.can('use-async-send') && this.chance(30),
      alwaysSyncSend: this.can('always-sync-send') && this.chance(8),
      sendTimeoutMs:
        this.can('timeout') && this.chance(this.scope.realTime ? 8 : 20) ? this.#timeoutMs() : 0,
    };
    if (this.can('max-block')) settings.maxBlockMs = this.chance(60) ? this.#timeoutMs() : 0;
    const refused = this.scope.refusedDestinations ?? [];
    const percent = refused.length > 0 ? 30 : 14;
    if (this.can('destinations')) {
      if (!this.chance(percent)) settings.destination = DESTINATION;
      return settings;
    }
    // Where a message cannot name its destination, the producer is bound to one that is refused.
    settings.destination =
      refused.length > 0 && this.chance(percent) ? oneOf(this.choose, refused) : DESTINATION;
    return settings;
  }

  /** In process any name will do; elsewhere only one is known to be there. */
  #drawDestinations(): readonly string[] {
    const isNamed = this.settings.destination === undefined && this.can('destinations');
    if (!isNamed || this.scope.realTime || !this.chance(70)) return [DESTINATION];
    return SEVERAL_DESTINATIONS.slice(0, this.choose(2, SEVERAL_DESTINATIONS.length));
  }

  #windowSize(): number {
    if (!this.can('window') || this.chance(10)) return 0;
    if (this.#countsMessages) return oneOf(this.choose, PERMITS);
    const { realTime, sayable } = this.scope;
    // Where a protocol is spoken, each body is made and sent.
    if (!realTime && !sayable && this.chance(5)) return oneOf(this.choose, HUGE_WINDOWS);
    const size = oneOf(this.choose, WINDOWS);
    return this.#overhead > 0 ? size + this.#overhead * this.choose(1, 4) : size;
  }

  #timeoutMs(): number {
    return this.scope.realTime ? REAL_TIMEOUT_MS : oneOf(this.choose, TIMEOUTS_MS);
  }
}

const SEVERAL_DESTINATIONS = [DESTINATION, `${DESTINATION}.a`, 'elsewhere'];

/** A charge that does not grow with the size never gets there. */
const MOST_TRIES = 20;

const EMPTY_MESSAGE = {
  id: 'empty',
  size: 0,
  deliveryMode: 'persistent',
  priority: 4,
  timeToLiveMs: 0,
} as const;
