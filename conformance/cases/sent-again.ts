// A message is sent again whose send has failed before the broker could have it: under the same id, and, where nothing
// was wrong with it, as the very same object.
import { leavesItsId } from '../../spec/model/calls.ts';
import { mayCrowd } from './crowd.ts';
import type { Choose } from './draft.ts';
import { ScenarioModel } from './model.ts';
import type { ScenarioScope } from './scope.ts';
import { DESTINATION, type Scenario, type SendStep, settingsOf } from './step.ts';

/** In 100 scenarios. */
const OFTEN = 10;

/** Now and then, if one has failed. Drawn last, so that the scenario itself does not depend on it. */
export function sentAgain(choose: Choose, scope: ScenarioScope, scenario: Scenario): Scenario {
  if (!mayCrowd(scope)) return scenario;
  if (choose(1, 100) > OFTEN) return scenario;
  const places = placesIn(scenario, scope);
  const place = places[choose(0, Math.max(0, places.length - 1))];
  if (!place) return scenario;
  const { after, failed } = place;
  const again = mended(failed, scenario);
  return scenario.toSpliced(after + 1, 0, again, { do: 'ack', id: again.id, pause: 'settle' });
}

/** A send that has failed, and a step behind which it can be made again. */
interface Place {
  readonly failed: SendStep;
  readonly after: number;
}

/** The first place for each. Those of sends that need nothing changed come twice. */
function placesIn(scenario: Scenario, scope: ScenarioScope): Place[] {
  const model = new ScenarioModel(settingsOf(scenario), scope);
  const { ledger } = model;
  const open = new Map<string, SendStep>();
  const places: Place[] = [];
  for (const [after, step] of scenario.entries()) {
    if (step.do === 'open') continue;
    model.apply(step);
    if (ledger.lost || ledger.closeInvoked) break;
    if (step.do === 'send') open.set(step.id, step);
    if (step.pause !== 'settle') continue;
    for (const [id, failed] of open) {
      const send = ledger.sendOf(id);
      if (!send || !leavesItsId(send)) continue;
      open.delete(id);
      places.push({ failed, after }, ...(send.rejection ? [] : [{ failed, after }]));
    }
  }
  return places;
}

/** The same message, with what was wrong with it put right. */
function mended(step: SendStep, scenario: Scenario): SendStep {
  const { windowSize, destination } = settingsOf(scenario);
  const { signal: _, nested: __, reported: ___, throws: ____, ...rest } = step;
  const again: SendStep = { ...rest, pause: 'settle' };
  const isTooLarge = windowSize > 0 && step.size > windowSize;
  const size = isTooLarge ? Math.ceil(windowSize / 2) : step.size;
  if (destination === undefined) {
    const known = typeof step.destination === 'string' ? step.destination : DESTINATION;
    return { ...again, size, destination: known };
  }
  const { destination: wrong, ...toItsOwn } = again;
  return { ...(wrong === destination ? again : toItsOwn), size };
}
