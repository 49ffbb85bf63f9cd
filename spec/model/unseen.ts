// What is presumed of a broker that cannot be watched: which messages it has by now.
import { blocks } from './decision.ts';
import type { Ledger } from './ledger.ts';

/** At a settle point, a blocked caller's packet is taken to be out if nothing holds it up. */
export function presumeReceived(ledger: Ledger): void {
  if (ledger.seesPackets || ledger.cut) return;
  const { firstComeFirstServed, queuesBehindSync } = ledger.profile;
  let first = true;
  for (const call of ledger.pending) {
    if (call.action !== 'send' || call.doom || call.receivedSettledMs >= 0) continue;
    const isHeldUp =
      (firstComeFirstServed && !first) || (queuesBehindSync && ledger.someSyncBlocksBefore(call));
    if (blocks(call.dispatch) && !isHeldUp && ledger.fits(call))
      call.receivedSettledMs = ledger.nowMs;
    else first = false;
  }
}
