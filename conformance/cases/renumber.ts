// The ids of a scenario's messages, given anew.
import { mapSends } from './nested.ts';
import type { Scenario, SendStep, Writable } from './step.ts';

/** The scenario with its message ids renumbered in order of appearance; `prefix` comes before each number. */
export function renumbered(scenario: Scenario, prefix = 'm'): Scenario {
  const names = new Map<string, string>();
  const nameOf = (id: string) => {
    const [first = id, ...inBurst] = id.split('.');
    if (!names.has(first)) names.set(first, `${prefix}${names.size + 1}`);
    return [names.get(first), ...inBurst].join('.');
  };
  return scenario.map((step) => {
    if (step.do === 'send') {
      const named: Writable<SendStep> = mapSends(step, ({ id }) => ({ id: nameOf(id) }));
      if (step.signal !== undefined) named.signal = nameOf(step.signal);
      return named;
    }
    return 'id' in step && step.id !== undefined ? { ...step, id: nameOf(step.id) } : step;
  });
}
