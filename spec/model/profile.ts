// The two profiles. A profile is data that parametrises the rules, not a second set of rules.

/** The names `--profile` accepts. */
export type ProfileName = 'strict' | 'activemq-classic';

/** Where the profiles differ. */
export interface Profile {
  readonly name: ProfileName;
  readonly summary: string;
  /** A charged send is admitted only when it fits whole; otherwise whenever the window is not full. */
  readonly admitsOnlyWhatFits: boolean;
  /** Sends with a completion callback take window space. */
  readonly chargesCompletion: boolean;
  /** Waiting sends are admitted in the order they were invoked. */
  readonly firstComeFirstServed: boolean;
  /** A send may queue behind a synchronous send that waits for its acknowledgement. */
  readonly queuesBehindSync: boolean;
  /** Commit and rollback also bind sends that still wait for space. */
  readonly transactionsBindWaiting: boolean;
}

/** What this book asks of a producer; the reference satisfies all of it. */
export const STRICT: Profile = {
  name: 'strict',
  summary: 'the whole rule book: usage never exceeds the limit, first come, first served',
  admitsOnlyWhatFits: true,
  chargesCompletion: true,
  firstComeFirstServed: true,
  queuesBehindSync: false,
  transactionsBindWaiting: true,
};

/** What the notes' own Java does where it differs from `STRICT`. */
export const ACTIVEMQ_CLASSIC: Profile = {
  name: 'activemq-classic',
  summary:
    'the send path of ActiveMQ Classic: admitted while usage < windowSize, so it may overshoot',
  admitsOnlyWhatFits: false,
  chargesCompletion: false,
  firstComeFirstServed: false,
  queuesBehindSync: true,
  transactionsBindWaiting: false,
};

/** Both profiles by name. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  strict: STRICT,
  'activemq-classic': ACTIVEMQ_CLASSIC,
};
