// Window arithmetic: who is charged, what fits. Who holds how much is in account.ts, queueing and answers
// are the ledger's business.
import type { Dispatch } from './decision.ts';
import type { Profile } from './profile.ts';

/**
 * Whether a send takes window space from its admission to its answer. Sends that return before their
 * acknowledgement are backlog; a caller that blocks is its own back-pressure.
 */
export function isCharged(dispatch: Dispatch, profile: Profile): boolean {
  return dispatch === 'async' || (dispatch === 'completion' && profile.chargesCompletion);
}

/** What the window holds and what wants in; all in bytes, non-negative, exact up to 2^53. */
export interface Admission {
  /** The limit; 0: no window. */
  readonly windowSize: number;
  /** Admitted and unanswered. */
  readonly usage: number;
  /** What the send would add; ignored when it is not charged. */
  readonly charge: number;
  readonly charged: boolean;
}

/**
 * Whether a send may go out now. Strict: a charged send must fit whole, an uncharged one needs the
 * window not to be full. activemq-classic: any send goes while the window is not full (`waitForSpace`).
 */
export function fits(admission: Admission, profile: Profile): boolean {
  const { windowSize, usage, charge, charged } = admission;
  if (windowSize === 0) return true;
  return charged && profile.admitsOnlyWhatFits ? usage + charge <= windowSize : usage < windowSize;
}

/** Whether a send could never be admitted, however long it waited. */
export function isTooLarge(admission: Omit<Admission, 'usage'>, profile: Profile): boolean {
  const { windowSize, charge, charged } = admission;
  return profile.admitsOnlyWhatFits && charged && windowSize > 0 && charge > windowSize;
}
