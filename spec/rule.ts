// What a rule is: a statement that a machine can judge, with everything a person needs to act on it.
import type { Call } from './model/calls.ts';
import type { ChoiceName, Choices } from './model/choices.ts';
import type { Row } from './model/decision.ts';
import type { HistoryEvent } from './events/history.ts';
import type { Ledger } from './model/ledger.ts';
import type { Capability } from './events/settings.ts';

/** A permanent identifier, such as `WIN-1`. */
export type RuleId = `${Chapter}-${number}`;

/** The chapters of the rule book. */
export type Chapter =
  | 'SND'
  | 'WIN'
  | 'SYN'
  | 'ASY'
  | 'CMP'
  | 'ORD'
  | 'TXN'
  | 'ERR'
  | 'LIF'
  | 'DST'
  | 'FLU'
  | 'RSD'
  | 'ISO';

/** A breach: what happened, and of which call. A value, never thrown. */
export interface Breach {
  readonly why: string;
  readonly call?: Call;
}

/** What a rule says of one event: nothing (`undefined`), that it held (exercised), or that it is broken. */
export type Judgement = 'holds' | Breach | undefined;

/** Judges an event of one type; the ledger has already folded it in. */
type Judge<E extends HistoryEvent> = (ledger: Ledger, event: E) => Judgement;

/**
 * What a rule says of each type of event; and, at a settle point, of each call that is `overdue`: pending without
 * a reason to wait. That call is then `ledger.call`.
 */
export type Judges = {
  readonly [K in HistoryEvent['event']]?: Judge<Extract<HistoryEvent, { readonly event: K }>>;
} & { readonly overdue?: (ledger: Ledger) => Judgement };

/** Values of some of the choices that a profile makes. */
export type ChoiceValues = { readonly [Name in ChoiceName]?: readonly Choices[Name][] };

/** A rule of the book. */
export interface Rule {
  readonly id: RuleId;
  /** A broken SHOULD is a warning and does not change the exit code. */
  readonly level: 'MUST' | 'SHOULD';
  /** One sentence, in the present tense. */
  readonly statement: string;
  /** Why a user cares. */
  readonly rationale: string;
  /** Where it comes from: the notes, a class and method of ActiveMQ, or a chapter of a standard. */
  readonly source: string;
  /** Where to look first in a producer that breaks it. */
  readonly lookFirst: string;
  /** Without all of these the rule is not applicable. */
  readonly needs: readonly Capability[];
  /** Nor is it without these, where the history does not show what the broker received. */
  readonly needsUnseen?: readonly Capability[];
  /** Not applicable where the profile chooses any other value. */
  readonly under?: ChoiceValues;
  /** Other choices of the profile that decide what it asks for. */
  readonly heeds?: readonly ChoiceName[];
  /** Not applicable where the history does not show what the broker received. */
  readonly seesPackets?: boolean;
  /** Not applicable where the subject runs in another process than the application. */
  readonly inProcess?: boolean;
  /** Applicable only to a producer that says what it resends. */
  readonly reconnects?: boolean;
  /** Which calls it is about; events of any other call are not shown to it. Default: every call. */
  readonly about?: readonly About[];
  readonly judges: Judges;
}

/**
 * Calls by kind: the sends of a row of the decision table, those that are sure to fail, transaction calls, closes and
 * flushes.
 */
export type About = Row | 'rejected' | 'transaction' | 'close' | 'flush';

/** All sends but the rejected. */
export const SENDS: readonly About[] = [1, 2, 3, 4, 5, 6, 7];
/** Sends that are charged. */
export const CHARGED: readonly About[] = [1, 4, 5, 6];
/** Sends whose caller blocks. */
export const BLOCKING: readonly About[] = [2, 3, 7];

/** What the rules of a chapter have in common, and each rule: a MUST that needs nothing, unless it says otherwise. */
export function chapter(
  common: Partial<Rule>,
  rules: readonly (Omit<Rule, 'level' | 'needs'> & Partial<Rule>)[],
): readonly Rule[] {
  return rules.map((rule) => ({ level: 'MUST', needs: [], ...common, ...rule }));
}

/** What a producer must claim or promise for a rule to be judged, by the names that adapters give it. */
export function needsOf({ needs, reconnects }: Rule): readonly string[] {
  return reconnects ? [...needs, 'resends'] : needs;
}

/** A breach of a rule. */
export function broken(why: string, call?: Call): Breach {
  return call ? { why, call } : { why };
}

/** The breach of a call, for which `what` says what it did. */
export function brokenBy(call: Call, what: string): Breach {
  return { why: `${nameOf(call)} ${what}`, call };
}

/** The breach of a call that is still pending, for which `although` names what makes it overdue. */
export function stillPending(call: Call, although: string): Breach {
  return brokenBy(call, `is still pending, although ${although}`);
}

/** A call in words. */
export function nameOf(call: Call): string {
  return call.action === 'send' ? `the send of ${call.message.id}` : `the ${call.action}`;
}
