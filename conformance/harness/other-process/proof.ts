// What it takes to prove a breach in real time. Whatever a producer did is its own proof, where the
// order of events is certain. Whatever it failed to do may still come, and is proven by its cause
// alone: a call that stayed pending while answers were withheld, and ended once they were let
// through, was waiting for an answer. Time alone proves nothing.
import type { Send } from '../../../spec/model/calls.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { LocatedBreach } from '../../../spec/verdict.ts';

/**
 * `given`: nothing more is needed. `by-release`: letting answers through must end it. `none`: no
 * proof.
 */
export type Proof = 'given' | 'by-release' | 'none';

/** What it takes to prove a breach. The breaking event is the last of `history`. */
export function proofOf(
  breach: LocatedBreach,
  history: readonly HistoryEvent[],
  ledger: Ledger,
): Proof {
  if (history.at(-1)?.event !== 'settle') return proofOfDeed(breach, ledger);
  if (ledger.lost) return 'none';
  switch (breach.rule) {
    case 'WIN-4':
      return agreedSinceLastRelease(history) ? 'given' : 'none';
    case 'WIN-5':
      return 'given';
    case 'ASY-5':
      return 'none';
    default:
      return breach.op === undefined ? 'none' : 'by-release';
  }
}

/** Whether what a breach missed at its settle point has come. */
export function hasCome(breach: LocatedBreach, ledger: Ledger): boolean {
  const call = ledger.callOf(breach.op ?? -1);
  if (!call) return true; // Ended, answered and forgotten.
  if (call.action !== 'send') return call.outcome !== 'pending';
  if (breach.rule === 'CMP-1') return call.completions > 0;
  return breach.rule === 'ORD-4' ? call.received : call.outcome !== 'pending';
}

/** Calls and packets reach the kit on different ways: what came in one turn may have raced. */
function proofOfDeed(breach: LocatedBreach, ledger: Ledger): Proof {
  const send = breach.op === undefined ? undefined : (ledger.callOf(breach.op) as Send | undefined);
  switch (breach.rule) {
    case 'LIF-4':
      return ledger.turn > ledger.closeTurn ? 'given' : 'none';
    case 'TXN-4':
      return (send?.transaction?.endedTurn ?? -1) < ledger.turn || send?.waited ? 'given' : 'none';
    default:
      return 'given';
  }
}

/** Whether an event lowers a producer's usage, now or a little later. */
function releases(event: HistoryEvent): boolean {
  if (event.event === 'invoke') return event.action === 'rollback';
  return ['ack', 'refuse', 'throw', 'lose', 'cut', 'restore'].includes(event.event);
}

/**
 * WIN-4: the producer's figure was right at an earlier settle point, and nothing has been given
 * back since that it might still be busy with. At the beginning nothing is in use.
 */
function agreedSinceLastRelease(history: readonly HistoryEvent[]): boolean {
  for (let at = history.length - 2; at >= 0; at -= 1) {
    const event = history[at] as HistoryEvent;
    if (releases(event)) return false;
    if (event.event === 'settle') return true;
  }
  return true;
}
