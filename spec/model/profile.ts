// Profiles: what a producer is held to, as named choices. A profile is data that parametrises the rules, not a
// second set of rules.
import { CHOICE_NAMES, type ChoiceName, type Choices } from './choices.ts';

/** A name, and a value for every choice. */
export interface Profile extends Choices {
  readonly name: string;
  /** What it asks for, in one line. */
  readonly summary: string;
}

/** What this book asks of a producer; the reference satisfies all of it. */
export const STRICT: Profile = {
  name: 'strict',
  summary: 'the whole rule book: usage never exceeds the limit, first come, first served',
  unit: 'bytes',
  charges: 'returning-sends',
  admits: 'what-fits',
  whenFull: 'wait',
  oversized: 'fail',
  order: 'first-come-first-served',
  syncHoldsUp: 'nobody',
  transactionsBind: 'waiting-sends',
  closeWaits: 'no',
  callbackOrder: 'any',
  failures: 'from-the-call',
};

/** What the notes' own Java does where it differs from `STRICT`. */
export const ACTIVEMQ_CLASSIC: Profile = {
  ...STRICT,
  name: 'activemq-classic',
  summary:
    'the send path of ActiveMQ Classic: admitted while usage < windowSize, so it may overshoot',
  charges: 'async-sends',
  admits: 'while-room-is-left',
  oversized: 'like-any-other',
  order: 'any',
  syncHoldsUp: 'its-session',
  transactionsBind: 'what-was-sent',
};

/** The profiles that come with the kit, by name. */
export const PROFILES = {
  strict: STRICT,
  'activemq-classic': ACTIVEMQ_CLASSIC,
} as const satisfies Readonly<Record<string, Profile>>;

/** The names of the profiles that come with the kit. */
export type ProfileName = keyof typeof PROFILES;

/** The choices that a profile makes otherwise than another, in order. */
export function differencesOf(profile: Profile, from: Profile = STRICT): ChoiceName[] {
  return CHOICE_NAMES.filter((name) => profile[name] !== from[name]);
}
