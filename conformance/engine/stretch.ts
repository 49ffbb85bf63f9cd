// Stretching: on real time every settle point takes a while, in which a short timeout would pass unasked. To
// confirm a case its timeout is made long enough, and the time that its scenario lets pass grows with it.
import { settingsOf, type Scenario } from '../cases/step.ts';

/** Milliseconds that outlast the settle points of a shrunk case, also on a loaded machine. */
const LONG_MS = 2_000;

/** The same scenario with a timeout, if it has one, of two seconds at least. */
export function stretched(scenario: Scenario): Scenario {
  const { sendTimeoutMs } = settingsOf(scenario);
  if (sendTimeoutMs === 0 || sendTimeoutMs >= LONG_MS) return scenario;
  const factor = Math.ceil(LONG_MS / sendTimeoutMs);
  return scenario.map((step) => {
    // What is due within a millisecond counts as due on virtual time.
    if (step.do === 'advance') return { ...step, ms: (step.ms + 1) * factor };
    if (step.do !== 'open') return step;
    return { ...step, settings: { ...step.settings, sendTimeoutMs: sendTimeoutMs * factor } };
  });
}
