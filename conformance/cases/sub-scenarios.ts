// Parts of a scenario: what is left when one thing is left out. If a part of a failing case is unlawful by
// itself, then it is the part that shows what is wrong.
import type { Scenario, SendStep, Step } from './step.ts';

/** The scenario without one of its steps, or without what one of its callbacks does; the last steps first. */
export function* partsOf(scenario: Scenario): Generator<Scenario> {
  for (let at = scenario.length - 1; at >= 1; at -= 1) {
    const step = scenario[at] as Step;
    if (step.do === 'send') yield* quieterCallbacks(scenario, at, step);
    yield withoutStep(scenario, at);
  }
}

/**
 * What a callback sends is sent by the application instead, after a later step and a pause: as telling, unless
 * the callback has a part in what is wrong.
 */
export function* withoutNesting(scenario: Scenario): Generator<Scenario> {
  for (const [at, step] of scenario.entries()) {
    if (step.do !== 'send' || !step.nested) continue;
    const { nested, ...outer } = step;
    const inner: Step = { do: 'send', ...nested, pause: 'settle' };
    const plain = scenario.with(at, { ...outer, completion: true });
    for (let after = at; after < plain.length; after += 1) {
      const before = plain[after] as Step;
      for (const pause of PAUSES)
        yield plain.with(after, { ...before, pause }).toSpliced(after + 1, 0, inner);
    }
  }
}

/** As long as a producer may take to have its books in order. */
const PAUSES = ['settle', 'none', 1, 2, 3, 4] as const;

/** A step that is left out still ends its turn. */
function withoutStep(scenario: Scenario, at: number): Scenario {
  const { pause } = scenario[at] as Step;
  const before = scenario[at - 1] as Step;
  const rest = scenario.toSpliced(at, 1);
  return pause === 'settle' && at > 1 ? rest.with(at - 1, { ...before, pause }) : rest;
}

function* quieterCallbacks(scenario: Scenario, at: number, step: SendStep): Generator<Scenario> {
  const { throws, nested, ...quiet } = step;
  if (throws) yield scenario.with(at, { ...quiet, ...(nested && { nested }), completion: true });
  if (nested) yield scenario.with(at, { ...quiet, ...(throws && { throws }), completion: true });
}
