// A producer in company: another one of the same adapter was closed or lost before its case, or is open beside it.
// Message ids are never shared: a producer may well take one for the identity of a message.
import type { Company } from '../../spec/events/history.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';
import { renumbered } from './renumber.ts';
import { openingOf, type Scenario, type SendStep, type Step } from './step.ts';

/** The scenario with another producer `before` or `beside` it. */
export function inCompany(scenario: Scenario, when: Company, other: Scenario): Scenario {
  const company = { when, scenario: alone(renumbered(other, 'other')) };
  return scenario.with(0, { ...openingOf(scenario), company });
}

/** The scenario without any other producer. */
export function alone(scenario: Scenario): Scenario {
  const { company: _, ...opening } = openingOf(scenario);
  return scenario.with(0, opening);
}

/** Simpler variants of whom a scenario has beside or before it: nobody, or somebody who does less. */
export function* withLessCompany(
  scenario: Scenario,
  simpler: (other: Scenario) => Iterable<Scenario>,
): Generator<Scenario> {
  const { company } = openingOf(scenario);
  if (!company) return;
  yield alone(scenario);
  for (const other of simpler(company.scenario)) yield inCompany(scenario, company.when, other);
}

/**
 * What producers mostly leave behind, the plainest first: opened with the same settings, and closed or lost with
 * nothing, or with something, unanswered, waiting or begun.
 */
export function plainPredecessors(settings: ProducerSettings): Scenario[] {
  const window = Math.max(1, settings.windowSize);
  const async = (id: string): SendStep => ({ ...send(id, window), mode: 'non-persistent' });
  const middles: readonly (readonly Step[])[] = [
    [],
    [async('m1')],
    [{ ...send('m1', 1), completion: true }],
    [send('m1', 1)],
    [{ do: 'begin', pause }],
    [{ do: 'begin', pause }, async('m1')],
    [async('m1'), async('m2')],
    [async('m1'), { do: 'ack', id: 'm1', pause }],
    [async('m1'), { do: 'refuse', id: 'm1', pause }],
    [send('m1', 1), { do: 'interrupt', id: 'm1', pause }],
  ];
  const ends: readonly Step[] = [
    { do: 'close', pause },
    { do: 'lose', pause },
  ];
  return middles.flatMap((middle) =>
    ends.map((end) => [{ do: 'open', settings, pause: 'none' } as const, ...middle, end]),
  );
}

const pause = 'settle';

function send(id: string, size: number): SendStep {
  return { do: 'send', id, size, mode: 'persistent', pause };
}
