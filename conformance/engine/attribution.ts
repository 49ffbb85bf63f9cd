// The control experiment: the same case without what a rule is about. If the control breaks as well, the
// fault lies elsewhere, and the rule is not named.
import { Judge } from '../../spec/check.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import type { Bench } from '../bench/bench.ts';
import type { Gap, NestedSend, Stimulus, Tape } from '../tape/stimulus.ts';

/** What to leave out of a tape that broke one of these rules: each gives the controls that must hold. */
const CONTROLS: Readonly<Partial<Record<RuleId, (tape: Tape) => readonly Tape[]>>> = {
  'CMP-5': (tape) => [withoutNesting(tape, 'settle'), withoutNesting(tape, 'none')],
  'CMP-6': (tape) => [tape.map(withoutThrowing)],
};

/** Takes out of `breaches` those whose control breaks as well. The judge is told to forget them. */
export async function ownFaults(
  bench: Bench,
  tape: Tape,
  breaches: readonly LocatedBreach[],
  judge: Judge,
): Promise<readonly LocatedBreach[]> {
  const own: LocatedBreach[] = [];
  for (const breach of breaches) {
    let isOwn = true;
    for (const control of CONTROLS[breach.rule]?.(tape) ?? [])
      isOwn &&= await holds(bench, control, judge);
    if (isOwn) own.push(breach);
    else judge.withdraw(breach);
  }
  return own;
}

async function holds(bench: Bench, control: Tape, { profile, rules }: Judge): Promise<boolean> {
  const { breaches } = await bench.run(control, new Judge(profile, rules));
  return breaches.length === 0;
}

function withoutThrowing(step: Stimulus): Stimulus {
  if (step.do !== 'send' || !step.throws) return step;
  const { throws: _, ...rest } = step;
  return { ...rest, completion: true };
}

/**
 * What a callback would have sent is sent by the application: after the answer that fires the callback,
 * separated from it by `gap`, or, where no answer does, at the end.
 */
function withoutNesting(tape: Tape, gap: Gap): Tape {
  const inner = new Map<string | undefined, NestedSend>();
  const steps = tape.flatMap((step): Stimulus[] => {
    if (step.do === 'send' && step.nested) {
      const { nested, ...rest } = step;
      inner.set(step.id, nested);
      return [{ ...rest, completion: true }];
    }
    const next = step.do === 'ack' || step.do === 'refuse' ? inner.get(step.id) : undefined;
    if (!next) return [step];
    inner.delete((step as { id?: string }).id);
    return [
      { ...step, gap },
      { do: 'send', ...next, gap: step.gap },
    ];
  });
  for (const next of inner.values()) steps.push({ do: 'send', ...next, gap: 'settle' });
  return steps;
}
