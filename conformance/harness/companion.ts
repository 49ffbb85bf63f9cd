// The producer beside the one that is judged: the same interpreter plays its case, a step at a time, in the turns of
// the other one. Nothing that it does is judged, and its time is the other one's.
import type { Scenario, Step } from '../cases/step.ts';
import type { Case } from './case.ts';
import type { CasePort, ClockPort, CompanionPort, Ports } from './ports.ts';

/** Milliseconds that a second producer may take to open. One that waits for the first to close takes longer. */
const OPENING_MS = 100;

/** Time as the companion has it: it neither waits nor counts. */
const NO_TIME: ClockPort = {
  settle: () => Promise.resolve(),
  advance: () => Promise.resolve(),
  unrecordedMs: () => 0,
};

/** A case in the turns of another. An adapter that opens one producer at a time leaves that one alone. */
export class Companion implements CompanionPort {
  readonly #case: Case;
  readonly #ports: Ports;
  readonly #clock: ClockPort;
  readonly #steps: Iterator<Step>;
  #hasOpened = false;
  #stage: 'opening' | 'open' | 'gone' = 'opening';

  /** `clock`: that of the other case. */
  constructor(own: Case, scenario: Scenario, ports: Omit<Ports, 'clock'>, clock: ClockPort) {
    this.#case = own;
    this.#ports = { ...ports, clock: NO_TIME };
    this.#clock = clock;
    this.#steps = scenario[Symbol.iterator]();
  }

  /** Whether it could be opened beside the other one. */
  get hasOpened(): boolean {
    return this.#hasOpened;
  }

  get observed(): number {
    return this.#case.observed;
  }

  async open(seen: CasePort): Promise<void> {
    void this.#case.open(this.#ports).then(this.#opened, () => {});
    await this.#clock.settle(seen);
    if (this.#stage === 'open') return;
    await this.#clock.advance(OPENING_MS, seen);
    await this.#clock.settle(seen);
  }

  step(): void {
    if (this.#stage !== 'open') return;
    for (let next = this.#steps.next(); !next.done; next = this.#steps.next())
      if (this.#case.take(next.value)) return;
  }

  settled(): void {
    if (this.#stage === 'open') void this.#case.noteSettled();
  }

  async leave(): Promise<void> {
    const isOpen = this.#stage === 'open';
    this.#stage = 'gone';
    if (isOpen) await this.#case.end();
  }

  /** One that could be opened only once the case was over is closed at once: others may wait for that. */
  readonly #opened = (): void => {
    if (this.#stage === 'gone') return void this.#case.end();
    this.#stage = 'open';
    this.#hasOpened = true;
  };
}
