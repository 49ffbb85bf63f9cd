// Aftermaths: what a producer did not survive. In a minimal case a callback that throws, an interrupt or an
// answer that comes too late is needed for the breach that follows it, and so is what it did not survive.
import { HistoryError, type History, type Op } from '../events/history.ts';
import { BY_THE_BOOK } from '../model/window.ts';
import type { Send } from '../model/calls.ts';
import { Ledger } from '../model/ledger.ts';
import type { Profile } from '../model/profile.ts';
import { nextTurn, step } from '../model/step.ts';
import type { RuleId } from '../rule.ts';
import type { LocatedBreach } from '../verdict.ts';
import type { HypothesisName } from './hypotheses.ts';

/** What happened before a breach that a producer may not have survived. */
interface Past {
  readonly threw: boolean;
  /** Calls made from callbacks. */
  readonly nested: ReadonlySet<Op>;
  readonly lateInterrupt: boolean;
  readonly lateAnswer: Send | undefined;
  /** A send failed that had been seen to wait. */
  readonly abandoned: boolean;
  /** A charged message was refused. */
  readonly refused: boolean;
  /** A call other than that of the breach was interrupted while it was pending. */
  readonly otherInterrupted: boolean;
  /** The producer's own figure is above the truth. */
  readonly countsTooMuch: boolean;
}

/** What a producer did not survive, the likeliest first. */
export interface Aftermath {
  /** Nothing else can be meant. */
  readonly certain: readonly HypothesisName[];
  /** A mistake in the account would say it better. */
  readonly likely: readonly HypothesisName[];
}

/** What was done to the producer before a case first broke a rule, and may account for it. */
export function aftermathOf(
  profile: Profile,
  history: History,
  [first]: readonly LocatedBreach[],
): Aftermath {
  if (!first) return { certain: [], likely: [] };
  const past = pastOf(profile, history.slice(0, first.at + 1), first.op);
  const late = past.lateAnswer;
  const isNested = first.op === undefined ? first.rule === 'WIN-4' : past.nested.has(first.op);
  const isShort = past.countsTooMuch || first.rule === 'WIN-3';
  return {
    certain: named([
      [past.threw, 'CMP-6', 'a callback that throws harmed the producer'],
      [
        isNested && past.nested.size > 0 && !past.lateInterrupt,
        'CMP-5',
        'a call from a callback were not like any other',
      ],
    ]),
    likely: named([
      [past.lateInterrupt, 'LIF-6', 'an interrupt that comes too late still did something'],
      [late?.dispatch === 'timed', 'SYN-7', 'the answer after a timeout still did something'],
      [late !== undefined, 'WIN-11', 'an answer that comes too late still did something'],
      [past.abandoned && isShort, 'WIN-10', 'a send that failed while it waited still counted'],
      [
        past.refused && past.countsTooMuch,
        'WIN-9',
        'a refused message did not give its space back',
      ],
      [
        past.otherInterrupted && first.rule === 'SND-1',
        'LIF-5',
        'an interrupt harmed more than its own call',
      ],
    ]),
  };
}

function named(
  table: readonly (readonly [holds: boolean, rule: RuleId, text: string])[],
): readonly HypothesisName[] {
  return table.filter(([holds]) => holds).map(([, rule, text]) => ({ rule, text }));
}

function pastOf(profile: Profile, history: History, op: number | undefined): Past {
  const [open, ...events] = history;
  if (open?.event !== 'open') throw new HistoryError('a case begins with its open');
  let [abandoned, refused, lateInterrupt, otherInterrupted] = [false, false, false, false];
  let lateAnswer: Send | undefined;
  let countsTooMuch = false;
  const ledger = new Ledger(open, profile, {
    ...BY_THE_BOOK,
    strays: (send, event) => {
      abandoned ||= event === 'abandoned' && send.waited;
      refused ||= event === 'refuse' && send.holding;
      lateInterrupt ||= event === 'late-interrupt';
      if (event === 'late-answer') lateAnswer ??= send;
      return 0;
    },
  });
  const nested = new Set<Op>();
  for (const event of events) {
    step(ledger, event);
    if (ledger.call?.nested) nested.add(ledger.call.op);
    const isOther = event.event === 'invoke' && event.action === 'interrupt' && event.target !== op;
    otherInterrupted ||= isOther && ledger.call?.interruptedTurn === ledger.turn;
    countsTooMuch = (ledger.sampledUsage ?? 0) > ledger.account.most;
    if (event.event === 'settle') nextTurn(ledger);
  }
  return {
    threw: ledger.callbackThrew,
    nested,
    lateInterrupt,
    lateAnswer,
    abandoned,
    refused,
    otherInterrupted,
    countsTooMuch,
  };
}
