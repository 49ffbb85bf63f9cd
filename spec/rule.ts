// What a rule is: a statement that a machine can judge, with everything a person needs to act on it.
import type { Call } from './model/calls.ts';
import type { Row } from './model/decision.ts';
import type { HistoryEvent } from './events/history.ts';
import type { Ledger } from './model/ledger.ts';
import type { Capability } from './events/settings.ts';

/** A permanent identifier, such as `WIN-1`. */
export type RuleId = `${Chapter}-${number}`;

/** The chapters of the rule book. */
export type Chapter = 'SND' | 'WIN' | 'SYN' | 'ASY' | 'CMP' | 'ORD' | 'TXN' | 'ERR' | 'LIF' | 'DST';

/** A breach: what happened, and of which call. A value, never thrown. */
export interface Breach {
  readonly why: string;
  readonly call?: Call;
}

/** What a rule says of one event: nothing (`undefined`), that it held (exercised), or that it is broken. */
export type Judgement = 'holds' | Breach | undefined;

/** Judges an event of one type; the ledger has already folded it in. */
type Judge<E extends HistoryEvent> = (ledger: Ledger, event: E) => Judgement;

/** The events a rule looks at, and what it says of each. */
export type Judges = {
  readonly [K in HistoryEvent['event']]?: Judge<Extract<HistoryEvent, { readonly event: K }>>;
};

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
  /** Not judged under activemq-classic. */
  readonly strictOnly?: boolean;
  /** Not applicable where the history does not show what the broker received. */
  readonly seesPackets?: boolean;
  /** A breach leaves the ledger sound, and a case that another rule spoilt does not mute it. */
  readonly selfContained?: boolean;
  /** It names the mistake behind a breach of another rule: it spoils no case, and is muted in a spoilt one. */
  readonly explains?: boolean;
  /** Not applicable where the subject runs in another process than the application. */
  readonly inProcess?: boolean;
  /** Which calls it is about; events of any other call are not shown to it. Default: every call. */
  readonly about?: readonly About[];
  readonly judges: Judges;
}

/**
 * Calls by kind: the sends of a row of the decision table, those that could only fail from the moment
 * they were invoked, transaction calls, and closes.
 */
export type About = Row | 'doomed' | 'transaction' | 'close';

/** All sends but the doomed. */
export const SENDS: readonly About[] = [1, 2, 3, 4, 5, 6, 7];
/** Sends that are charged. */
export const CHARGED: readonly About[] = [1, 4, 5, 6];
/** Sends whose caller blocks. */
export const BLOCKING: readonly About[] = [2, 3, 7];

/** A breach of a rule. */
export function broken(why: string, call?: Call): Breach {
  return call ? { why, call } : { why };
}

/** The breach at a settle point for which `standing` blames this rule, if there is one. */
export function stuck(ledger: Ledger, rule: RuleId): Breach | undefined {
  const blame = ledger.stuck.get(rule);
  return blame && broken(blame.why, blame.call);
}

/** A judge of settle points that looks for nothing but such a breach. Not asked while nobody is stuck. */
export function stuckAs(rule: RuleId): (ledger: Ledger) => Judgement {
  const judge = (ledger: Ledger) => stuck(ledger, rule);
  STUCK_JUDGES.add(judge);
  return judge;
}

/** A judge of settle points that looks for nothing but an explanation by this rule. */
export function explainedBy(rule: RuleId): (ledger: Ledger) => Judgement {
  return ({ explanation }) =>
    explanation?.rule === rule ? broken(explanation.why, explanation.send) : undefined;
}

/** The judges made by `stuckAs`. */
export const STUCK_JUDGES = new WeakSet<object>();
