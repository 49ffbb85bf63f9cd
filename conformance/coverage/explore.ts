// What can be covered: the specification itself is explored, by the ideal producer, for every transition
// that the tapes of a scope could lead through. It takes seconds; table.ts holds what came of it.
import { choicesWithin } from '../exhaustive/choices.ts';
import {
  defaultScope,
  SEND_KINDS,
  settingsWithin,
  unsupportedBy,
  type SmallScope,
} from '../exhaustive/small-scope.ts';
import { unansweredTransactions } from '../tape/enabled.ts';
import { TapeModel } from '../tape/model.ts';
import type { TapeScope } from '../tape/scope.ts';
import {
  settingsOf,
  type Gap,
  type SendStimulus,
  type Stimulus,
  type Tape,
} from '../tape/stimulus.ts';
import { situationOf } from './situation.ts';
import { transitionOf } from './transition.ts';

/** Tapes that are followed further for each configuration they lead to. More lead to nothing new: it is tested. */
const WAYS = 2;
const TIMEOUT_MS = 10;
const GAPS: readonly Gap[] = ['none', 'settle'];

/** Every transition within a scope. Breadth first, so that everything is reached by short tapes. */
export function exploredWithin(scope: TapeScope, ways = WAYS): ReadonlySet<number> {
  const reachable = new Set<number>();
  for (const small of smallScopes(scope)) {
    const followed = new Map<number, number>();
    const tapes: Tape[] = [[{ do: 'open', settings: settingsWithin(small), gap: 'none' }]];
    for (const tape of tapes) {
      for (const { transition, longer, leadsTo } of extensions(tape, small, scope)) {
        reachable.add(transition);
        const known = followed.get(leadsTo) ?? 0;
        followed.set(leadsTo, known + 1);
        if (known < ways) tapes.push(longer);
      }
    }
  }
  return reachable;
}

/** Without a window and with one, without a timeout and with one: as much of it as the producer has. */
function smallScopes({ supports }: TapeScope): SmallScope[] {
  const kinds = SEND_KINDS.filter(
    (kind) => !unsupportedBy({ ...NOTHING, kinds: [kind] }, supports),
  );
  const plain = { ...defaultScope(supports), kinds, windowSize: 0, sizes: [1] };
  const scopes: SmallScope[] = [plain];
  if (supports.includes('window')) scopes.push({ ...plain, windowSize: 2, sizes: [0, 1, 2, 3] });
  if (supports.includes('timeout'))
    scopes.push(...scopes.map((small) => ({ ...small, sendTimeoutMs: TIMEOUT_MS })));
  return scopes;
}

const NOTHING: SmallScope = { windowSize: 0, sizes: [], kinds: [], operations: [], gaps: GAPS };

/** A tape with one step more. */
interface Extension {
  readonly transition: number;
  readonly longer: Tape;
  /** The configuration it leads to. */
  readonly leadsTo: number;
}

/** One for each step that may come next; of steps that are alike, the first. */
function* extensions(tape: Tape, small: SmallScope, scope: TapeScope): Iterable<Extension> {
  const { ledger, sends } = replay(tape, scope);
  const steps = [
    ...choicesWithin(small, ledger, sends.length, true, GAPS),
    ...otherSteps(sends.length, scope),
  ];
  const tried = new Set<string>();
  for (const step of steps) {
    const transition = transitionOf(step, ledger);
    const way = `${transition} ${step.gap} ${step.do === 'send' ? shapeOf(step) : ''}`;
    if (tried.has(way)) continue;
    tried.add(way);
    const longer = [...tape, step];
    const model = replay(tape, scope);
    if (model.apply(step)) yield { transition, longer, leadsTo: configurationOf(model) };
  }
}

function shapeOf({ mode, completion, responseRequired, size }: SendStimulus): string {
  return `${mode} ${completion} ${responseRequired} ${size}`;
}

/** What exhaustive runs leave out: late interrupts, time that ends nothing, and what is done at a gate. */
function otherSteps(
  sent: number,
  { supports, answers, realTime, reconnects }: TapeScope,
): Stimulus[] {
  const steps: Stimulus[] = [];
  for (const gap of GAPS) {
    if (!realTime || supports.includes('timeout'))
      for (const ms of [1, TIMEOUT_MS]) steps.push({ do: 'advance', ms, gap });
    if (supports.includes('interrupt'))
      for (let at = 1; at <= sent; at += 1) steps.push({ do: 'interrupt', id: `m${at}`, gap });
    if (reconnects) steps.push({ do: 'cut', gap });
  }
  if (reconnects) steps.push({ do: 'restore', gap: 'settle' });
  if (answers === 'gate') steps.push({ do: 'ack', gap: 'settle' });
  return steps;
}

function replay(tape: Tape, scope: TapeScope): TapeModel {
  const model = new TapeModel(settingsOf(tape), scope);
  for (const step of tape.slice(1)) model.apply(step);
  return model;
}

/** Finer than a situation: it also tells which kinds of answers, and of interrupts, may follow. */
function configurationOf({ ledger, sends }: TapeModel): number {
  let owed = 0;
  for (const send of sends) {
    if (send.outcome !== 'pending' && ledger.sendOf(send.message.id)) owed |= 128;
    if (send.answer !== 'none' || !send.received) continue;
    if (send.outcome === 'returned') owed |= send.charge > 0 ? 1 : 2;
    else owed |= send.outcome === 'failed' ? 4 : 8;
  }
  for (const of of unansweredTransactions(ledger)) owed |= OWED[of];
  for (const call of ledger.pending)
    if (call.action === 'send' && !ledger.waiting.has(call)) owed |= 256;
  if (ledger.cut) owed |= 512;
  return situationOf(ledger) * 1024 + owed;
}

const OWED = { begin: 16, commit: 32, rollback: 64 } as const;
