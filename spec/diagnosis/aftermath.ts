// Aftermaths: what a producer did not survive. In a minimal case a callback that throws, an interrupt or an
// answer that comes too late is needed for the breach that follows it, and so is what it did not survive.
import { HistoryError, type History, type HistoryEvent, type Op } from '../events/history.ts';
import { BY_THE_BOOK } from '../model/window.ts';
import type { Call, Send } from '../model/calls.ts';
import { Ledger } from '../model/ledger.ts';
import type { Profile } from '../model/profile.ts';
import { nextTurn, step } from '../model/step.ts';
import type { LocatedBreach } from '../verdict.ts';
import type { HypothesisName } from './hypotheses.ts';

const MISTAKES = {
  again: { rule: 'SND-1', text: 'a message whose send has failed could not be sent again' },
  threw: { rule: 'CMP-6', text: 'a callback that throws harmed the producer' },
  nested: { rule: 'CMP-5', text: 'a call from a callback were not like any other' },
  interrupted: { rule: 'LIF-5', text: 'an interrupt harmed more than its own call' },
  interruptedLate: { rule: 'LIF-6', text: 'an interrupt that comes too late still did something' },
  answeredLate: { rule: 'WIN-11', text: 'an answer that comes too late still did something' },
  timedOut: { rule: 'SYN-7', text: 'the answer after a timeout still did something' },
  abandoned: { rule: 'WIN-10', text: 'a send that failed while it waited still counted' },
  refused: { rule: 'WIN-9', text: 'a refused message did not give its space back' },
} as const satisfies Readonly<Record<string, HypothesisName>>;

/** What a producer did not survive. */
export interface Aftermath {
  /** Since then calls fail that have nothing to do with it, whatever rules these break. */
  readonly harm?: HypothesisName;
  /** Nothing else can be meant. */
  readonly certain: readonly HypothesisName[];
  /** A mistake in the account would say it better. The likeliest comes first. */
  readonly likely: readonly HypothesisName[];
}

/** What was done to the producer before a case first broke a rule, and may account for it. */
export function aftermathOf(
  profile: Profile,
  history: History,
  [first]: readonly LocatedBreach[],
): Aftermath {
  // What a closed producer still holds is told by nothing that was done to it before.
  if (!first || history[first.at]?.event === 'leftovers') return { certain: [], likely: [] };
  const past = pastOf(profile, history.slice(0, first.at + 1), first.op);
  const isNested = first.op === undefined ? first.rule === 'WIN-4' : past.nested.has(first.op);
  const isShort = past.countsTooMuch || first.rule === 'WIN-3';
  const isFailure = FAILURES.has(history[first.at]?.event);
  if (first.op !== undefined && past.again.has(first.op))
    return { certain: isFailure ? [MISTAKES.again] : [], likely: [] };
  const { harm, threw, lateAnswer, lateInterrupt } = past;
  return {
    ...(isFailure && !isNested && !threw && harm && { harm }),
    certain: [
      ...(threw ? [MISTAKES.threw] : []),
      ...(isNested && past.nested.size > 0 && !lateInterrupt ? [MISTAKES.nested] : []),
    ],
    likely: [
      ...(lateInterrupt ? [MISTAKES.interruptedLate] : []),
      ...(lateAnswer ? [lateAnswer] : []),
      ...(past.abandoned && isShort ? [MISTAKES.abandoned] : []),
      ...(past.refused && past.countsTooMuch ? [MISTAKES.refused] : []),
    ],
  };
}

const FAILURES: ReadonlySet<HistoryEvent['event'] | undefined> = new Set(['throw', 'complete']);

/** What happened before a breach that a producer may not have survived. */
interface Past {
  readonly threw: boolean;
  /** Calls made from callbacks. */
  readonly nested: ReadonlySet<Op>;
  /** Sends of messages whose sends had failed before. */
  readonly again: ReadonlySet<Op>;
  readonly lateInterrupt: boolean;
  readonly lateAnswer: HypothesisName | undefined;
  /** A send failed that had been seen to wait. */
  readonly abandoned: boolean;
  /** A charged message was refused. */
  readonly refused: boolean;
  /** What came last that concerns another call than that of the breach, if no call has succeeded since. */
  readonly harm: HypothesisName | undefined;
  /** The producer's own figure is above the truth. */
  readonly countsTooMuch: boolean;
}

function pastOf(profile: Profile, history: History, op: number | undefined): Past {
  const [open, ...events] = history;
  if (open?.event !== 'open') throw new HistoryError('a case begins with its open');
  let [abandoned, refused, lateInterrupt] = [false, false, false];
  let lateAnswer: HypothesisName | undefined;
  let harm: HypothesisName | undefined;
  let harmedInTurn = 0;
  let countsTooMuch = false;
  const ledger = new Ledger(open, profile, {
    ...BY_THE_BOOK,
    strays: (send, event) => {
      abandoned ||= event === 'abandoned' && send.waited;
      refused ||= event === 'refuse' && send.holding;
      lateInterrupt ||= event === 'late-interrupt';
      if (event === 'late-interrupt') suffer(MISTAKES.interruptedLate);
      if (event === 'late-answer') suffer((lateAnswer ??= answeredLate(send)));
      return 0;
    },
  });
  function suffer(one: HypothesisName): void {
    harm = one;
    harmedInTurn = ledger.turn;
  }
  const [nested, again, sent] = [new Set<Op>(), new Set<Op>(), new Set<string>()];
  for (const event of events) {
    if (event.event === 'invoke' && event.message) {
      const { id } = event.message;
      if (sent.has(id)) again.add(event.op);
      sent.add(id);
    }
    step(ledger, event);
    const { call, turn } = ledger;
    if (call?.nested) nested.add(call.op);
    const isOther = event.event === 'invoke' && event.action === 'interrupt' && event.target !== op;
    if (isOther && call?.interruptedTurn === turn) suffer(MISTAKES.interrupted);
    if (event.event === 'return' && call && hasSucceeded(call, harmedInTurn)) harm = undefined;
    countsTooMuch = (ledger.sampledUsage ?? 0) > ledger.account.most;
    if (event.event === 'settle') nextTurn(ledger);
  }
  return {
    threw: ledger.callbackThrew,
    nested,
    again,
    lateInterrupt,
    lateAnswer,
    abandoned,
    refused,
    harm,
    countsTooMuch,
  };
}

function answeredLate({ dispatch }: Send): HypothesisName {
  return dispatch === 'timed' ? MISTAKES.timedOut : MISTAKES.answeredLate;
}

/** A call that was made after the harm was done. */
function hasSucceeded({ action, invokedTurn }: Call, harmedInTurn: number): boolean {
  return action !== 'close' && invokedTurn > harmedInTurn;
}
