// What the application does when it is told of a send: by its completion callback, or by the error listener. Which
// steps these are, what simpler things it might do, and what the case would be without them.
import type { Ledger } from '../../spec/model/ledger.ts';
import { isEnabled } from './enabled.ts';
import type { Nested, NestedSend, Scenario, SendStep, Step } from './step.ts';

/** What is done, as steps of one turn: a burst is many. */
export function stepsOf(nested: Nested): Step[] {
  if ('do' in nested) return [{ ...nested, pause: 'none' }];
  const { count: _, ...send } = nested;
  return idsOf(nested).map((id) => ({ do: 'send', ...send, id, pause: 'none' }));
}

/**
 * Whether it makes sense now. Left out is what a producer may lawfully fail for two reasons that differ in what they
 * leave behind: a commit of what was refused, or a transaction call where the end has begun.
 */
export function mayNest(step: Step, ledger: Ledger): boolean {
  if (!isEnabled(step, ledger)) return false;
  const { transactions, closeInvoked, lost } = ledger;
  if ((step.do === 'begin' || step.do === 'commit') && (closeInvoked || lost)) return false;
  const { current } = transactions;
  return step.do !== 'commit' || (current?.refused === false && current.begin !== 'refused');
}

/** The messages of a send step, and of all that the application sends when it is told of them. */
export function messagesOf({ id, nested, reported }: SendStep): string[] {
  return [id, ...nestedMessages(nested), ...nestedMessages(reported)];
}

function nestedMessages(nested: Nested | undefined): string[] {
  if (!nested || 'do' in nested) return [];
  return [...idsOf(nested), ...nestedMessages(nested.nested)];
}

/** The messages of a burst: m2, m2.2, m2.3. */
function idsOf({ id, count = 1 }: NestedSend): string[] {
  return Array.from({ length: count }, (_, at) => (at === 0 ? id : `${id}.${at + 1}`));
}

/** The same with other ids and sizes. */
export function mapSends<T extends NestedSend | SendStep>(
  send: T,
  change: (send: { readonly id: string; readonly size: number }) => Partial<NestedSend>,
): T {
  const { nested } = send;
  const reported = 'reported' in send ? send.reported : undefined;
  return {
    ...send,
    ...change(send),
    ...(nested && { nested: 'do' in nested ? nested : mapSends(nested, change) }),
    ...(reported && { reported: mapSends(reported, change) }),
  };
}

/** Simpler sends, the boldest cuts first; `plainer`: plainer numbers than one. */
export function* simplerNested(
  send: NestedSend,
  plainer: (number: number) => Iterable<number>,
): Generator<NestedSend> {
  const { nested, completion, count, ...plain } = send;
  const rest = { ...plain, ...(count !== undefined && { count }) };
  if (count !== undefined) {
    yield { ...plain, ...(completion && { completion }), ...(nested && { nested }) };
    for (const fewer of plainer(count)) if (fewer > 1) yield { ...send, count: fewer };
  }
  if (completion) yield { ...rest, ...(nested && { nested }) };
  if (nested) yield { ...rest, completion: true };
  for (const size of plainer(send.size)) yield { ...send, size };
  if (!nested || 'do' in nested) return;
  yield nested;
  for (const simpler of simplerNested(nested, plainer)) yield { ...send, nested: simpler };
}

/**
 * What a callback or the error listener does, the application does instead, after a later step and a pause: as
 * telling, unless the callback has a part in what is wrong.
 */
export function* withoutNesting(scenario: Scenario): Generator<Scenario> {
  for (const [at, step] of scenario.entries()) {
    if (step.do !== 'send') continue;
    const { nested, reported, ...outer } = step;
    const rest = { ...outer, ...(nested && { completion: true as const }) };
    if (nested) yield* madeOutside(nested, at, scenario.with(at, rest));
    if (reported) yield* madeOutside(reported, at, scenario.with(at, outer));
  }
}

function* madeOutside(nested: Nested, at: number, plain: Scenario): Generator<Scenario> {
  const steps = stepsOf(nested);
  const last = steps.length - 1;
  const inner = steps.with(last, { ...(steps[last] as Step), pause: 'settle' });
  for (let after = at; after < plain.length; after += 1) {
    const before = plain[after] as Step;
    for (const pause of PAUSES)
      yield plain.with(after, { ...before, pause }).toSpliced(after + 1, 0, ...inner);
  }
}

/** As long as a producer may take to have its books in order. */
const PAUSES = ['settle', 'none', 1, 2, 3, 4] as const;
