// What a mutant is: the engine, broken in one way, the rules that must notice, and those that may.
import { findRule } from '../../spec/catalogue.ts';
import { type ProfileName, PROFILES } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { excludingChoice } from '../../spec/verdict.ts';
import { CAPABILITIES, type Capability } from '../../spec/events/settings.ts';
import { defineAdapter, type ProducerAdapter, type Resends } from '../adapter.ts';
import type { Build } from './builds.ts';
import { kindOf } from './calls.ts';
import type { EngineClass } from './engine.ts';

/** A producer broken in one way. */
export interface Mutant {
  readonly id: string;
  /** The rules it breaks: one of them at least must be named. */
  readonly breaks: readonly RuleId[];
  /** Rules that may be named as well, each with the reason why that is right. */
  readonly also?: Reasons;
  /** Capabilities that it claims beyond what the notes ask for. */
  readonly claims?: readonly Capability[];
  /** It makes its connection anew, and promises this. */
  readonly resends?: Resends;
  /** The activemq-classic profile allows it, or gives it no occasion to show. */
  readonly strictOnly?: true;
  /** The profile that its producer is built for. Default: strict, and activemq-classic but for `strictOnly`. */
  readonly profile?: ProfileName;
  /** What it does wrong, in a sentence. */
  readonly what: string;
  /** Public reports of shipped clients that had this defect. */
  readonly reports?: readonly Report[];
  readonly make: Build;
}

type Reasons = Readonly<Partial<Record<RuleId, string>>>;

/** A public report. */
export interface Report {
  /** Project and number. */
  readonly name: string;
  readonly url: string;
}

/** Mutants by their ids. */
export function mutants(byId: Readonly<Record<string, Omit<Mutant, 'id'>>>): readonly Mutant[] {
  return Object.entries(byId).map(([id, mutant]) => ({ id, ...mutant }));
}

/** The rules that it breaks, as far as the profile judges them. */
export function brokenUnder({ breaks }: Mutant, profile: ProfileName): readonly RuleId[] {
  return breaks.filter((id) => !excludingChoice(findRule(id) ?? {}, PROFILES[profile]));
}

/** The adapter of a producer of this folder: it claims all that the notes ask for, and what else it is to be judged by. */
export function adapterOf(
  name: string,
  Producer: EngineClass,
  { claims = [], resends }: Pick<Mutant, 'claims' | 'resends'> = {},
): ProducerAdapter {
  return defineAdapter({
    name,
    supports: [...CAPABILITIES, ...claims],
    open: (context) => new Producer(context),
    errorKind: kindOf,
    ...(resends && { resends }),
  });
}

/** A public issue. */
export function issue(repository: string, number: number): Report {
  return report(repository, number, 'issues');
}

/** A public pull request. */
export function pull(repository: string, number: number): Report {
  return report(repository, number, 'pull');
}

function report(repository: string, number: number, kind: 'issues' | 'pull'): Report {
  const url = `https://github.com/${repository}/${kind}/${number}`;
  return { name: `${repository} ${number}`, url };
}

/** One reason why several rules may be named as well. */
export function because(reason: string, ...rules: readonly RuleId[]): Reasons {
  return Object.fromEntries(rules.map((rule) => [rule, reason]));
}

// Reasons that several mutants share.

export const SPACE_IS_MISSING: Reasons = {
  'WIN-4': 'the figure shows it',
  'WIN-3': 'space that is not given back is missing to those that wait',
};

export const SPACE_IS_FREED: Reasons = {
  'WIN-4': 'the figure shows it',
  'WIN-1': 'space that counts as free lets in too much',
};

/** What is let in beyond the limit may be a sync send at a full window. */
export const SYNC_GOES_OUT: Reasons = { 'WIN-2': 'a sync send goes out at a full window' };

export const OVERTAKES_ON_THE_WIRE: Reasons = {
  'ORD-2': 'what overtakes in the queue overtakes on the wire',
};

export const NOBODY_MOVES_UP: Reasons = {
  'WIN-10': 'those behind a send that failed while it waited do not move up',
};

export const FAILS_THOUGH_IT_FITS: Reasons = {
  'SND-1': 'a send that would have fitted fails for no cause',
};

export const SENT_IN_ITS_TURN: Reasons = {
  'WIN-10': 'it waited, failed, and was sent',
  'WIN-3': 'it takes space in its turn',
  'TXN-7': 'its transaction waits for it',
};

export const WRITTEN_LATE: Reasons = {
  'WIN-5': 'what is written late is overtaken while others wait',
};

export const SENT_AS_ASYNC = because(
  'a sync send outside is sent as an async one',
  'WIN-4',
  'SND-1',
  'WIN-3',
);

export const CHARGED_AS_ASYNC: Reasons = {
  ...because('it is charged like an async send', 'WIN-4', 'WIN-3'),
  'SND-1': 'it may be too large for the window',
};

export const NEVER_CALLED_BACK = because('its callback never fires', 'CMP-1', 'ERR-3');
