// A case that may never end, written down as it happens: a line for its scenario, then one for each event.
import { appendFileSync } from 'node:fs';
import { Judge } from '../../spec/check.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { Scenario } from '../cases/step.ts';

/** Judges a case, and writes each event down before that. */
export class Scribe extends Judge {
  readonly #file: string;

  constructor(profile: Profile, scenario: Scenario, file: string) {
    super(profile);
    this.#file = file;
    this.#write(scenario);
  }

  override next(event: HistoryEvent, line?: number): void {
    this.#write(event);
    super.next(event, line);
  }

  #write(line: Scenario | HistoryEvent): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}
