// What the application is told behind its back: by completion callbacks, and by the error listener.
import type { Send } from './calls.ts';
import type { AsyncErrorEvent } from '../events/history.ts';

/** Keeps account of what was told, and of what must still be told. */
export class Notices {
  /** Sends with a completion callback that has not fired. */
  readonly unfired = new Set<Send>();
  /** Refused async sends that no error report has named. */
  readonly unreported = new Set<Send>();
  /** Error reports that named no message, and that no refusal has been matched with. */
  anonymousErrors = 0;
  /** Of these, those that said they were refusals. */
  anonymousRefusals = 0;
  /** Refusals so far, of whatever kind of send. */
  refusals = 0;

  /** A send was invoked. */
  expect(send: Send): void {
    if (send.completion) this.unfired.add(send);
  }

  /** Its call failed, which told the caller: the callback and the listener may be told or not. */
  excuse(send: Send): void {
    this.unfired.delete(send);
    this.unreported.delete(send);
  }

  /** Whether the application must still be told of it. */
  owes(send: Send): boolean {
    return this.unfired.has(send) || this.unreported.has(send);
  }

  /** Its callback fired. */
  completed(send: Send): void {
    send.completions += 1;
    this.unfired.delete(send);
  }

  /** The error listener was told, with or without the id of a message. */
  reported(send: Send | undefined, { message, error }: AsyncErrorEvent): void {
    if (message === undefined) {
      this.anonymousErrors += 1;
      if (error.kind === 'refused') this.anonymousRefusals += 1;
    }
    if (!send) return;
    send.asyncErrors += 1;
    this.unreported.delete(send);
    // It was named after all: the report without a name was of something else.
    if (send.reportedAnonymously) this.anonymousErrors += 1;
    send.reportedAnonymously = false;
  }

  /** At the end of a turn: what was reported without a name need not be remembered. Returns whom that was about. */
  matchAnonymous(): Send[] {
    if (this.anonymousErrors === 0 || this.unreported.size === 0) return [];
    const told = [...this.unreported]
      .filter((send) => send.admitted)
      .slice(0, this.anonymousErrors);
    this.anonymousErrors -= told.length;
    for (const send of told) {
      send.reportedAnonymously = true;
      this.unreported.delete(send);
    }
    return told;
  }

  /** The broker refused it. */
  refused(send: Send): void {
    this.refusals += 1;
    if (send.transaction) send.transaction.refused = true;
    const untold = send.dispatch === 'async' && send.outcome !== 'failed' && send.asyncErrors === 0;
    if (untold) this.unreported.add(send);
  }
}
