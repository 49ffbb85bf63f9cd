// Profiles: what a producer is held to, as named choices. A profile is data that parametrises the rules, not a
// second set of rules.
import { CHOICE_NAMES, CHOICES, type ChoiceName, type Choices } from './choices.ts';

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

/** A semaphore of n permits, an MQTT 5 receive maximum, an AMQP credit: the window counts messages. */
const MESSAGES: Profile = {
  ...STRICT,
  name: 'messages',
  summary:
    'permits: `windowSize` is a number of messages, each of which takes one, whatever its size',
  unit: 'messages',
  charges: 'at-least-returning-sends',
};

/** A buffer of bytes that every record takes its part of until it is answered, and a bounded wait for room in it. */
const KAFKA: Profile = {
  ...STRICT,
  name: 'kafka',
  summary:
    'a buffer of bytes that every send takes space in; the wait for space ends after `maxBlockMs`, ' +
    'if the adapter claims `max-block`',
  charges: 'every-send',
};

/** A full window is an error. */
export const FAIL_FAST: Profile = {
  ...STRICT,
  name: 'fail-fast',
  summary: 'nothing waits for space: a send that does not fit fails at once',
  whenFull: 'fail',
};

/** What Jakarta Messaging 3.1 asks of asynchronous sends in its chapter 7.3, where it differs from `STRICT`. */
export const JAKARTA: Profile = {
  ...STRICT,
  name: 'jakarta',
  summary:
    'asynchronous sends as in Jakarta Messaging 3.1, 7.3: close waits for callbacks, which keep the ' +
    'order of the sends, and a failure is told once',
  closeWaits: 'for-callbacks',
  callbackOrder: 'as-sent',
  failures: 'from-call-or-callback',
};

/** The profiles that come with the kit, by name. */
export const PROFILES = {
  strict: STRICT,
  'activemq-classic': ACTIVEMQ_CLASSIC,
  messages: MESSAGES,
  kafka: KAFKA,
  'fail-fast': FAIL_FAST,
  jakarta: JAKARTA,
} as const satisfies Readonly<Record<string, Profile>>;

/** The names of the profiles that come with the kit. */
export type ProfileName = keyof typeof PROFILES;

/** The choices that a profile makes otherwise than `strict`, in order. */
export function differencesOf(profile: Profile): ChoiceName[] {
  return CHOICE_NAMES.filter((name) => profile[name] !== STRICT[name]);
}

/** A profile of one's own: a name, and each choice that it makes otherwise than the profile that it is based on. */
export interface ProfileDefinition extends Partial<Choices> {
  /** For reports. Not the name of a profile that comes with the kit. */
  readonly name: string;
  /** What it asks for, in one line. Default: what it is based on. */
  readonly summary?: string;
  /** Default `strict`. */
  readonly basedOn?: ProfileName;
}

/** The profile that a definition describes. Throws a `TypeError` that says what is wrong with it. */
export function defineProfile(definition: ProfileDefinition): Profile {
  const fault = faultOf(definition);
  if (fault !== undefined) throw new TypeError(fault);
  const { basedOn = 'strict', ...own } = definition;
  return { ...PROFILES[basedOn], summary: `a profile based on ${basedOn}`, ...own };
}

/** What is wrong with a definition of which nothing is known yet, and what to do; absent: nothing is. */
function faultOf(definition: unknown): string | undefined {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition))
    return 'a profile is an object: give it a name, and the choices that differ from strict';
  const {
    name,
    summary = '',
    basedOn = 'strict',
    ...choices
  } = definition as Record<string, unknown>;
  if (typeof name !== 'string' || name === '')
    return 'its `name` is missing: give it one, which reports show';
  if (name in PROFILES)
    return `its \`name\` is that of a profile which comes with the kit: call it otherwise than ${name}`;
  if (typeof summary !== 'string') return 'its `summary` is no text: leave it out, or give a line';
  if (typeof basedOn !== 'string' || !(basedOn in PROFILES))
    return `its \`basedOn\` is ${shown(basedOn)}: choose ${Object.keys(PROFILES).join(' or ')}`;
  for (const [choice, value] of Object.entries(choices)) {
    if (!isChoice(choice))
      return `it makes the choice \`${choice}\`, which there is not: there are ${CHOICE_NAMES.join(', ')}`;
    const values = Object.keys(CHOICES[choice].values);
    if (typeof value !== 'string' || !values.includes(value))
      return `its \`${choice}\` is ${shown(value)}: choose ${values.join(' or ')}`;
  }
  return undefined;
}

function isChoice(name: string): name is ChoiceName {
  return CHOICE_NAMES.some((one) => one === name);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

/** The choices that a profile makes otherwise than `strict`, with their values. */
export function choicesOf(profile: Profile): Partial<Choices> {
  return Object.fromEntries(differencesOf(profile).map((name) => [name, profile[name]]));
}

/** The words that `--profile` takes for it: its name, or all that defines it. */
export function argumentOf(profile: Profile): string {
  const { name } = profile;
  return name in PROFILES ? name : JSON.stringify({ name, ...choicesOf(profile) });
}
