// Controls: the case again, without what a rule holds responsible. Each takes one kind of thing out of a tape and
// leaves the rest, and its turns, as they are.
import type { RuleId } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import {
  settingsOf,
  type AnswerStimulus,
  type Gap,
  type SendStimulus,
  type Stimulus,
  type Tape,
} from '../tape/stimulus.ts';
import type { Retraced } from './retrace.ts';

/** A case that broke a rule: what was done, what became of it, and where it broke. */
export interface Evidence {
  /** The steps that were carried out, and no others. */
  readonly tape: Tape;
  readonly retraced: Retraced;
  readonly breach: LocatedBreach;
}

/** The controls of a case; none if there is nothing in it to leave out. */
type Controls = (evidence: Evidence) => readonly Tape[];

/** Pauses between an answer and what the application sends after it, in place of the callback. */
const PAUSES: readonly Gap[] = ['none', 1, 2, 3, 4, 'settle'];

/**
 * What is left out for which rule. A rule that explains others, or blames the application's callback, is not named
 * if a control breaks. Any other gives way to what the control breaks.
 */
export const CONTROLS: Readonly<Partial<Record<RuleId, Controls>>> = {
  'WIN-2': (evidence) => [withoutWindow(evidence), ...withRoom(evidence)],
  'WIN-5': (evidence) => [atOnce(withoutWindow(evidence)), ...withoutOvertaker(evidence)],
  'WIN-7': ({ tape, retraced }) => withoutSends(tape, retraced.blocking),
  'WIN-9': withoutRefusals,
  'WIN-10': ({ tape, retraced }) => withoutSends(tape, retraced.forsaken),
  'WIN-11': withoutLateAnswers,
  'SYN-3': withoutRequests,
  'SYN-5': withoutOwnRefusal,
  'SYN-6': ({ tape }) => without(tape, (step) => step.do === 'advance'),
  'SYN-7': withoutLateAnswers,
  'SYN-8': withoutOtherBlocked,
  'CMP-5': (evidence) => PAUSES.map((pause) => withoutNesting(evidence, pause)),
  'CMP-6': ({ tape }) => [tape.map(withoutThrowing)],
  'ERR-1': ({ tape }) => without(tape, (step) => step.do === 'lose'),
  'ERR-2': ({ tape }) => without(tape, (step) => step.do === 'lose'),
  'LIF-5': ({ tape }) => without(tape, (step) => step.do === 'interrupt'),
  'LIF-6': ({ tape, retraced }) => without(tape, (_, at) => retraced.lateInterrupts.has(at)),
};

/**
 * Rules that blame one thing for what the rest of its turn may have done: the case, with everything settled in
 * between, breaks them again.
 */
export const CALMER: Readonly<Partial<Record<RuleId, (evidence: Evidence) => Tape>>> = {
  'WIN-9': (evidence) => withoutNesting(evidence, 'settle'),
  'WIN-10': (evidence) => withoutNesting(evidence, 'settle'),
  'SYN-6': settled,
  'CMP-5': settled,
};

/** A step that is left out still leaves its pause, or ends its turn. */
function without(tape: Tape, isOut: (step: Stimulus, at: number) => boolean): readonly Tape[] {
  const control: Stimulus[] = [];
  tape.forEach((step, at) => {
    const last = control.at(-1);
    if (!last || !isOut(step, at)) control.push(step);
    else control[control.length - 1] = { ...last, gap: together(last.gap, step.gap) };
  });
  return control.length < tape.length ? [control] : [];
}

/** One gap after the other. */
function together(one: Gap, other: Gap): Gap {
  if (one === 'none') return other;
  if (other === 'none') return one;
  return one === 'settle' || other === 'settle' ? 'settle' : one + other;
}

/** What is done about them is left out as well. */
function withoutSends(tape: Tape, ids: Iterable<string | undefined>): readonly Tape[] {
  const out = new Set(ids);
  const plain = tape.map((step) =>
    step.do === 'send' && step.nested && out.has(step.nested.id) ? withoutNested(step) : step,
  );
  const shorter = without(plain, (step) => 'id' in step && out.has(step.id));
  if (shorter.length > 0) return shorter;
  return plain.some((step, at) => step !== tape[at]) ? [plain] : [];
}

/** Without the send that overtook another, in its turn and with everything settled in between. */
function withoutOvertaker(evidence: Evidence): readonly Tape[] {
  const out = [culpritOf(evidence)];
  return [...withoutSends(evidence.tape, out), ...withoutSends(settled(evidence), out)];
}

function withoutOtherBlocked(evidence: Evidence): readonly Tape[] {
  const { tape, retraced } = evidence;
  const stuck = culpritOf(evidence);
  return withoutSends(
    tape,
    [...retraced.blocking].filter((id) => id !== stuck),
  );
}

/** The message of the send that a breach is about. */
function culpritOf({ retraced, breach }: Evidence): string | undefined {
  return breach.op === undefined ? undefined : retraced.messages.get(breach.op);
}

function withoutLateAnswers({ tape, retraced }: Evidence): readonly Tape[] {
  return without(tape, (_, at) => retraced.lateAnswers.has(at));
}

/** What was too large for the window is left out with it; what would have waited can be answered. */
function withoutWindow({ tape, retraced }: Evidence): Tape {
  const settings = { ...settingsOf(tape), windowSize: 0 };
  const [control = tape] = withoutSends(tape, retraced.tooLarge);
  return control.flatMap((step, at): Stimulus[] => {
    if (step.do === 'open') return [{ ...step, settings }];
    const isAnswer = step.do === 'ack' || step.do === 'refuse';
    const isEnd = isAnswer && (step.of === 'commit' || step.of === 'rollback');
    return isEnd ? [...acksBefore(control, at), { ...step, gap: 'settle' }] : [step];
  });
}

/** The end of a transaction is answered only after its messages. */
function acksBefore(tape: Tape, end: number): Stimulus[] {
  const begin = tape.findLastIndex((step, at) => at < end && step.do === 'begin');
  const ids = tape.slice(begin + 1, end).flatMap((step) => {
    if (step.do !== 'send') return [];
    return step.nested ? [step.id, step.nested.id] : [step.id];
  });
  return ids.map((id) => ({ do: 'ack', id, gap: 'none' }));
}

/** What went out together when space came free is sent together. */
function atOnce(tape: Tape): Tape {
  return tape.map((step) => (step.do === 'send' ? { ...step, gap: 'none' } : step));
}

/** Before the send that failed all others are acknowledged, as often as one lets out another. */
function withRoom(evidence: Evidence): readonly Tape[] {
  const { tape, retraced } = evidence;
  const failed = culpritOf(evidence);
  const at = tape.findIndex((step) => step.do === 'send' && step.id === failed);
  const before = retraced.unanswered.get(at) ?? [];
  if (before.length === 0) return [];
  const acks = before.map((id): Stimulus => ({ do: 'ack', id, gap: 'settle' }));
  return [tape.toSpliced(at, 0, ...before.flatMap(() => acks))];
}

/** Every message is acknowledged. */
function withoutRefusals({ tape }: Evidence): readonly Tape[] {
  return changed(tape, (step) => (isRefusal(step) ? { ...step, do: 'ack' } : step));
}

/** Neither refused, nor lost in the same turn, which would excuse much. */
function withoutOwnRefusal(evidence: Evidence): readonly Tape[] {
  const own = culpritOf(evidence);
  const isOwn = (step: Stimulus) => isRefusal(step) && step.id === own;
  const controls = without(evidence.tape, isOwn);
  if (controls.length === 0 || !evidence.tape.some((step) => step.do === 'lose')) return controls;
  return [...controls, ...without(evidence.tape, (step) => isOwn(step) || step.do === 'lose')];
}

function isRefusal(step: Stimulus): step is AnswerStimulus {
  return step.do === 'refuse' && step.of === undefined;
}

/** Where every send blocks for another reason, no message asks for a response besides. */
function withoutRequests({ tape }: Evidence): readonly Tape[] {
  if (!settingsOf(tape).alwaysSyncSend) return [];
  return changed(tape, (step) => {
    if (step.do !== 'send' || !step.responseRequired) return step;
    const { responseRequired: _, ...rest } = step;
    return rest;
  });
}

function changed(tape: Tape, change: (step: Stimulus) => Stimulus): readonly Tape[] {
  const control = tape.map(change);
  return control.some((step, at) => step !== tape[at]) ? [control] : [];
}

function withoutThrowing(step: Stimulus): Stimulus {
  if (step.do !== 'send' || !step.throws) return step;
  const { throws: _, ...rest } = step;
  return { ...rest, completion: true };
}

function withoutNested(step: SendStimulus): SendStimulus {
  const { nested: _, ...rest } = step;
  return { ...rest, completion: true };
}

/** What callbacks sent is sent by the application, in the same place, after a pause. What was never sent is left out. */
function withoutNesting({ tape, retraced: { nested } }: Evidence, pause: Gap): Tape {
  return tape.flatMap((step, at): Stimulus[] => {
    const plain = step.do === 'send' && step.nested ? withoutNested(step) : step;
    const sends = nested.get(at);
    if (!sends) return [plain];
    const made = sends.map((send): Stimulus => ({ do: 'send', ...send, gap: 'none' }));
    const last = made.pop() as Stimulus;
    return [{ ...plain, gap: pause }, ...made, { ...last, gap: step.gap }];
  });
}

/** Everything settles between the steps, and before the time at which a send may time out. */
function settled({ tape, retraced }: Evidence): Tape {
  return tape.flatMap((step, at): Stimulus[] => {
    if (step.do !== 'advance') return [{ ...step, gap: 'settle' }];
    const steps: Stimulus[] = [];
    let passed = 0;
    for (const ms of [...(retraced.timeouts.get(at) ?? []), step.ms]) {
      for (const until of [ms - 1, ms]) {
        if (until <= passed || until > step.ms) continue;
        steps.push({ do: 'advance', ms: until - passed, gap: 'settle' });
        passed = until;
      }
    }
    return steps;
  });
}
