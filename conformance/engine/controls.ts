// Controls: the case again, without what a rule holds responsible. Each takes one kind of thing out of a scenario and
// leaves the rest, and its turns, as they are.
import type { RuleId } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import {
  settingsOf,
  type AnswerStep,
  type Pause,
  type SendStep,
  type Step,
  type Scenario,
} from '../cases/step.ts';
import type { Retraced } from './retrace.ts';

/** A case that broke a rule: what was done, what became of it, and where it broke. */
export interface Evidence {
  /** The steps that were carried out, and no others. */
  readonly scenario: Scenario;
  readonly retraced: Retraced;
  readonly breach: LocatedBreach;
}

/** The controls of a case; none if there is nothing in it to leave out. */
type Controls = (evidence: Evidence) => readonly Scenario[];

/** Pauses between an answer and what the application sends after it, in place of the callback. */
const PAUSES: readonly Pause[] = ['none', 1, 2, 3, 4, 'settle'];

/**
 * What is left out for which rule. A rule that explains others, or blames the application's callback, is not named
 * if a control breaks. Any other gives way to what the control breaks.
 */
export const CONTROLS: Readonly<Partial<Record<RuleId, Controls>>> = {
  'WIN-2': (evidence) => [withoutWindow(evidence), ...withRoom(evidence)],
  'WIN-5': (evidence) => [atOnce(withoutWindow(evidence)), ...withoutOvertaker(evidence)],
  'WIN-7': ({ scenario, retraced }) => withoutSends(scenario, retraced.blocking),
  'WIN-9': withoutRefusals,
  'WIN-10': ({ scenario, retraced }) => withoutSends(scenario, retraced.forsaken),
  'WIN-11': withoutLateAnswers,
  'SYN-3': withoutRequests,
  'SYN-5': withoutOwnRefusal,
  'SYN-6': ({ scenario }) => without(scenario, (step) => step.do === 'advance'),
  'SYN-7': withoutLateAnswers,
  'SYN-8': withoutOtherBlocked,
  'CMP-5': (evidence) => PAUSES.map((pause) => withoutNesting(evidence, pause)),
  'CMP-6': ({ scenario }) => [scenario.map(withoutThrowing)],
  'ERR-1': ({ scenario }) => without(scenario, (step) => step.do === 'lose'),
  'ERR-2': ({ scenario }) => without(scenario, (step) => step.do === 'lose'),
  'LIF-5': ({ scenario }) => without(scenario, (step) => step.do === 'interrupt'),
  'LIF-6': ({ scenario, retraced }) =>
    without(scenario, (_, at) => retraced.lateInterrupts.has(at)),
};

/**
 * Rules that blame one thing for what the rest of its turn may have done: the case, with everything settled in
 * between, breaks them again.
 */
export const CALMER: Readonly<Partial<Record<RuleId, (evidence: Evidence) => Scenario>>> = {
  'WIN-9': (evidence) => withoutNesting(evidence, 'settle'),
  'WIN-10': (evidence) => withoutNesting(evidence, 'settle'),
  'SYN-6': settled,
  'CMP-5': settled,
};

/** A step that is left out still leaves its pause, or ends its turn. */
function without(
  scenario: Scenario,
  isOut: (step: Step, at: number) => boolean,
): readonly Scenario[] {
  const control: Step[] = [];
  scenario.forEach((step, at) => {
    const last = control.at(-1);
    if (!last || !isOut(step, at)) control.push(step);
    else control[control.length - 1] = { ...last, pause: together(last.pause, step.pause) };
  });
  return control.length < scenario.length ? [control] : [];
}

/** One pause after the other. */
function together(one: Pause, other: Pause): Pause {
  if (one === 'none') return other;
  if (other === 'none') return one;
  return one === 'settle' || other === 'settle' ? 'settle' : one + other;
}

/** What is done about them is left out as well. */
function withoutSends(scenario: Scenario, ids: Iterable<string | undefined>): readonly Scenario[] {
  const out = new Set(ids);
  const plain = scenario.map((step) =>
    step.do === 'send' && step.nested && out.has(step.nested.id) ? withoutNested(step) : step,
  );
  const shorter = without(plain, (step) => 'id' in step && out.has(step.id));
  if (shorter.length > 0) return shorter;
  return plain.some((step, at) => step !== scenario[at]) ? [plain] : [];
}

/** Without the send that overtook another, in its turn and with everything settled in between. */
function withoutOvertaker(evidence: Evidence): readonly Scenario[] {
  const out = [culpritOf(evidence)];
  return [...withoutSends(evidence.scenario, out), ...withoutSends(settled(evidence), out)];
}

function withoutOtherBlocked(evidence: Evidence): readonly Scenario[] {
  const { scenario, retraced } = evidence;
  const stuck = culpritOf(evidence);
  return withoutSends(
    scenario,
    [...retraced.blocking].filter((id) => id !== stuck),
  );
}

/** The message of the send that a breach is about. */
function culpritOf({ retraced, breach }: Evidence): string | undefined {
  return breach.op === undefined ? undefined : retraced.messages.get(breach.op);
}

function withoutLateAnswers({ scenario, retraced }: Evidence): readonly Scenario[] {
  return without(scenario, (_, at) => retraced.lateAnswers.has(at));
}

/** What was too large for the window is left out with it; what would have waited can be answered. */
function withoutWindow({ scenario, retraced }: Evidence): Scenario {
  const settings = { ...settingsOf(scenario), windowSize: 0 };
  const [control = scenario] = withoutSends(scenario, retraced.tooLarge);
  return control.flatMap((step, at): Step[] => {
    if (step.do === 'open') return [{ ...step, settings }];
    const isAnswer = step.do === 'ack' || step.do === 'refuse';
    const isEnd = isAnswer && (step.of === 'commit' || step.of === 'rollback');
    return isEnd ? [...acksBefore(control, at), { ...step, pause: 'settle' }] : [step];
  });
}

/** The end of a transaction is answered only after its messages. */
function acksBefore(scenario: Scenario, end: number): Step[] {
  const begin = scenario.findLastIndex((step, at) => at < end && step.do === 'begin');
  const ids = scenario.slice(begin + 1, end).flatMap((step) => {
    if (step.do !== 'send') return [];
    return step.nested ? [step.id, step.nested.id] : [step.id];
  });
  return ids.map((id) => ({ do: 'ack', id, pause: 'none' }));
}

/** What went out together when space came free is sent together. */
function atOnce(scenario: Scenario): Scenario {
  return scenario.map((step) => (step.do === 'send' ? { ...step, pause: 'none' } : step));
}

/** Before the send that failed all others are acknowledged, as often as one lets out another. */
function withRoom(evidence: Evidence): readonly Scenario[] {
  const { scenario, retraced } = evidence;
  const failed = culpritOf(evidence);
  const at = scenario.findIndex((step) => step.do === 'send' && step.id === failed);
  const before = retraced.unanswered.get(at) ?? [];
  if (before.length === 0) return [];
  const acks = before.map((id): Step => ({ do: 'ack', id, pause: 'settle' }));
  return [scenario.toSpliced(at, 0, ...before.flatMap(() => acks))];
}

/** Every message is acknowledged. */
function withoutRefusals({ scenario }: Evidence): readonly Scenario[] {
  return changed(scenario, (step) => (isRefusal(step) ? { ...step, do: 'ack' } : step));
}

/** Neither refused, nor lost in the same turn, which would excuse much. */
function withoutOwnRefusal(evidence: Evidence): readonly Scenario[] {
  const own = culpritOf(evidence);
  const isOwn = (step: Step) => isRefusal(step) && step.id === own;
  const controls = without(evidence.scenario, isOwn);
  if (controls.length === 0 || !evidence.scenario.some((step) => step.do === 'lose'))
    return controls;
  return [...controls, ...without(evidence.scenario, (step) => isOwn(step) || step.do === 'lose')];
}

function isRefusal(step: Step): step is AnswerStep {
  return step.do === 'refuse' && step.of === undefined;
}

/** Where every send blocks for another reason, no message asks for a response besides. */
function withoutRequests({ scenario }: Evidence): readonly Scenario[] {
  if (!settingsOf(scenario).alwaysSyncSend) return [];
  return changed(scenario, (step) => {
    if (step.do !== 'send' || !step.responseRequired) return step;
    const { responseRequired: _, ...rest } = step;
    return rest;
  });
}

function changed(scenario: Scenario, change: (step: Step) => Step): readonly Scenario[] {
  const control = scenario.map(change);
  return control.some((step, at) => step !== scenario[at]) ? [control] : [];
}

function withoutThrowing(step: Step): Step {
  if (step.do !== 'send' || !step.throws) return step;
  const { throws: _, ...rest } = step;
  return { ...rest, completion: true };
}

function withoutNested(step: SendStep): SendStep {
  const { nested: _, ...rest } = step;
  return { ...rest, completion: true };
}

/** What callbacks sent is sent by the application, in the same place, after a pause. What was never sent is left out. */
function withoutNesting({ scenario, retraced: { nested } }: Evidence, pause: Pause): Scenario {
  return scenario.flatMap((step, at): Step[] => {
    const plain = step.do === 'send' && step.nested ? withoutNested(step) : step;
    const sends = nested.get(at);
    if (!sends) return [plain];
    const made = sends.map((send): Step => ({ do: 'send', ...send, pause: 'none' }));
    const last = made.pop() as Step;
    return [{ ...plain, pause: pause }, ...made, { ...last, pause: step.pause }];
  });
}

/** Everything settles between the steps, and before the time at which a send may time out. */
function settled({ scenario, retraced }: Evidence): Scenario {
  return scenario.flatMap((step, at): Step[] => {
    if (step.do !== 'advance') return [{ ...step, pause: 'settle' }];
    const steps: Step[] = [];
    let passed = 0;
    for (const ms of [...(retraced.timeouts.get(at) ?? []), step.ms]) {
      for (const until of [ms - 1, ms]) {
        if (until <= passed || until > step.ms) continue;
        steps.push({ do: 'advance', ms: until - passed, pause: 'settle' });
        passed = until;
      }
    }
    return steps;
  });
}
