// The other producer of a case in company (ISO-1), as a sentence: its steps, in their order.
import { asBytes } from '../../spec/model/window.ts';
import { hasCallback, openingOf, type Scenario, type Step } from '../cases/step.ts';

/** Absent where the scenario has no company. */
export function companyText(scenario: Scenario): string | undefined {
  const company = scenario.length > 0 ? openingOf(scenario).company : undefined;
  if (!company) return undefined;
  const steps = company.scenario.map(stepText).join(', ');
  return company.when === 'before'
    ? `Another producer before it: ${steps}; then it is closed.`
    : `Another producer beside it, a step before each step of this one: ${steps}.`;
}

function stepText(step: Step): string {
  switch (step.do) {
    case 'open': {
      const { windowSize } = step.settings;
      return `open with ${windowSize > 0 ? `a window of ${asBytes(windowSize)}` : 'no window'}`;
    }
    case 'send': {
      const callback = hasCallback(step) ? ', with a callback' : '';
      return `send ${step.id} (${asBytes(step.size)}, ${step.mode}${callback})`;
    }
    case 'ack':
    case 'refuse':
      return `${step.do} ${step.of ?? step.id ?? 'everything'}`;
    case 'interrupt':
      return `interrupt ${step.id}`;
    case 'advance':
      return `advance ${step.ms} ms`;
    default:
      return step.do;
  }
}
