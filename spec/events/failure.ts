// How a call fails: the kinds of error the rules distinguish. Messages are for people only.

/** All kinds of error, in the order in which reports list them: what the application can tell apart. */
export const ERROR_KINDS = [
  'timeout',
  'closed',
  'interrupted',
  'refused',
  'connection-lost',
  'too-large',
  'invalid-destination',
  'illegal-state',
  'other',
] as const;

/** Why a call failed, as far as the application can tell. */
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** A failure as the history records it. */
export interface Failure {
  /** Absent when the adapter cannot tell kinds apart: the failure is judged, its kind is not. */
  readonly kind?: ErrorKind;
  readonly message: string;
}
