// A walk through every scenario of a scope, by re-execution: each run follows the choices of the one before up
// to the last that has an alternative, takes that, and goes on with first choices. Every scenario that begins
// another is part of its run; so is whatever the subject does with it, and so are the ways in which senders can
// have come to it.
import type { Ledger } from '../../../spec/model/ledger.ts';
import { enabledSteps, type Repertoire } from '../enabled.ts';
import type { Scenario, Step } from '../step.ts';
import { repertoireOf, settingsWithin, type SmallScope } from './small-scope.ts';

/** A place on the way with a choice. */
interface Junction {
  readonly choices: readonly Step[];
  taken: number;
  /** Messages sent before it. */
  readonly sent: number;
  /** How they can have been dealt out; absent: every send has its own sender. */
  readonly senders: Senders | undefined;
  /** The same after the choice that is taken; set when it is. */
  sendersAfter: Senders | undefined;
  /** Events recorded before it. */
  readonly events: number;
}

/** What a walk needs to know of the run that it leads. */
export interface Walker {
  readonly ledger: Ledger | undefined;
  /** Events recorded so far. */
  readonly events: number;
  /** Nothing that follows is judged any more. */
  readonly judgedAll: boolean;
}

/** Leads one run after another through every scenario of up to `depth` steps. */
export class Walk {
  readonly #scope: SmallScope;
  readonly #depth: number;
  readonly #walker: Walker;
  readonly #opening: Step;
  readonly #repertoire: Repertoire;
  readonly #path: Junction[] = [];
  /** Junctions that the current run has passed. */
  #passed = 0;
  /** Junctions that it shares with the run before, its choices included. */
  #shared = 0;
  #over = false;
  /** Runs so far. */
  runs = 0;
  /** Scenarios so far: the runs, and their beginnings up to a settle, each counted once. */
  scenarios = 0;
  /** Ways in which senders can have come to what the runs did; 0 without senders. */
  interleavings = 0;

  constructor(scope: SmallScope, depth: number, walker: Walker) {
    this.#scope = scope;
    this.#depth = depth;
    this.#walker = walker;
    this.#repertoire = repertoireOf(scope);
    this.#opening = { do: 'open', settings: settingsWithin(scope), pause: 'none' };
  }

  /** No scenario is left. */
  get over(): boolean {
    return this.#over;
  }

  /** How much of the walk is done, from 0 to 1, as if all parts of it were equally long. */
  get progress(): number {
    if (this.#over) return 1;
    let share = 1;
    let done = 0;
    for (const junction of this.#path) {
      share /= junction.choices.length;
      done += junction.taken * share;
    }
    return done;
  }

  /** Events at the beginning of the next run that are those of the run before. */
  get sharedEvents(): number {
    return this.#path.at(-1)?.events ?? 0;
  }

  /** What every scenario may contain, for a harness that must know beforehand. */
  get contents(): Scenario {
    const { operations } = this.#scope;
    const contents = [this.#opening];
    if (operations.includes('lose')) contents.push({ do: 'lose', pause: 'none' });
    if (!operations.includes('interrupt')) return contents;
    const interrupts = messageIds(this.#depth).map((id): Step => ({
      do: 'interrupt',
      id,
      pause: 'none',
    }));
    return [...contents, ...interrupts];
  }

  /** The scenario of the run that has just ended. */
  get scenario(): Scenario {
    return [this.#opening, ...this.#path.map(taken)];
  }

  /** The steps of the next run, each chosen when the one before has been taken. */
  *steps(): Generator<Step> {
    this.runs += 1;
    this.#passed = 0;
    yield this.#opening;
    while (this.#passed < this.#depth && !this.#walker.judgedAll) {
      const junction = this.#path[this.#passed] ?? this.#arrive();
      if (!junction) break;
      this.#passed += 1;
      if (this.#passed > this.#shared) this.#deal(junction);
      yield taken(junction);
    }
  }

  /** Whether the run that has just ended went the whole path; if not, its subject has not repeated itself. */
  get arrived(): boolean {
    return this.#passed === this.#path.length;
  }

  /** Counts the run that has just ended, and turns to the next. */
  turn(): void {
    for (const junction of this.#path.slice(this.#shared))
      if (taken(junction).pause === 'settle') this.scenarios += 1;
    this.interleavings += this.#path.at(-1)?.sendersAfter?.ways ?? 0;
    for (let last = this.#path.at(-1); last; last = this.#path.at(-1)) {
      last.taken += 1;
      this.#shared = this.#path.length - 1;
      if (last.taken < last.choices.length) return;
      this.#path.pop();
    }
    this.#over = true;
  }

  /** A new junction at the end of the path; absent: nothing is enabled. */
  #arrive(): Junction | undefined {
    const { ledger, events } = this.#walker;
    if (!ledger) throw new Error('a walk begins once the producer is open');
    const last = this.#path.at(-1);
    const sent = last ? last.sent + (taken(last).do === 'send' ? 1 : 0) : 0;
    const first = this.#scope.senders && Senders.of(this.#scope.senders);
    const senders = last ? last.sendersAfter : first;
    const isLast = this.#passed + 1 === this.#depth;
    const pauses = isLast ? (['settle'] as const) : this.#scope.pauses;
    const maySend = senders?.maySend(ledger) ?? true;
    const repertoire = maySend ? this.#repertoire : { ...this.#repertoire, sends: [] };
    const enabled = enabledSteps(repertoire, ledger, messageIds(sent));
    const choices = pauses.flatMap((pause) => enabled.map((step): Step => ({ ...step, pause })));
    if (choices.length === 0) return undefined;
    const junction = { choices, taken: 0, sent, senders, sendersAfter: senders, events };
    this.#path.push(junction);
    return junction;
  }

  #deal(junction: Junction): void {
    const { senders, sent } = junction;
    if (!senders) return;
    const ledger = this.#walker.ledger as Ledger;
    const sends = taken(junction).do === 'send';
    junction.sendersAfter = sends ? senders.sent(sent + 1, ledger) : senders;
  }
}

/** The ids of so many messages. */
function messageIds(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `m${at + 1}`);
}

function taken(junction: Junction): Step {
  return junction.choices[junction.taken] as Step;
}

/**
 * One sender, which sends the next message only when its last call has ended: messages left, and the number of its
 * last message; 0: none yet.
 */
interface Sender {
  readonly left: number;
  readonly last: number;
}

/** A way of dealing out, alike senders taken as one, and how many ways it stands for. */
interface Dealing {
  readonly senders: readonly Sender[];
  readonly ways: number;
}

/**
 * Every way in which the messages of a scenario can have been dealt out so far. A producer is not told who sends, so
 * scenarios do not say it either: one stands for all of these ways.
 */
export class Senders {
  readonly #dealings: readonly Dealing[];

  private constructor(dealings: readonly Dealing[]) {
    this.#dealings = dealings;
  }

  static of({ count, messages }: { readonly count: number; readonly messages: number }): Senders {
    const senders = Array.from({ length: count }, () => ({ left: messages, last: 0 }));
    return new Senders([{ senders, ways: 1 }]);
  }

  /** In how many ways this scenario can have come about: its interleavings. */
  get ways(): number {
    return this.#dealings.reduce((sum, { ways }) => sum + ways, 0);
  }

  /** Whether some sender may send now. */
  maySend(ledger: Ledger): boolean {
    return this.#dealings.some(({ senders }) => senders.some((sender) => isFree(sender, ledger)));
  }

  /** After one of those that may send now has sent the message of this number. */
  sent(number: number, ledger: Ledger): Senders {
    const after = new Map<string, Dealing>();
    for (const { senders, ways } of this.#dealings) {
      senders.forEach((sender, at) => {
        if (!isFree(sender, ledger)) return;
        const next = senders.with(at, { left: sender.left - 1, last: number }).toSorted(inOrder);
        const key = next.map(({ left, last }) => `${left}/${last}`).join();
        const known = after.get(key)?.ways ?? 0;
        after.set(key, { senders: next, ways: known + ways });
      });
    }
    return new Senders([...after.values()]);
  }
}

function isFree({ left, last }: Sender, ledger: Ledger): boolean {
  return left > 0 && (last === 0 || ledger.sendOf(`m${last}`)?.outcome !== 'pending');
}

function inOrder(one: Sender, other: Sender): number {
  return one.left - other.left || one.last - other.last;
}
