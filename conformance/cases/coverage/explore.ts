// What can be covered: the specification itself is explored, by the ideal producer, for every transition
// that the scenarios of a scope could lead through. It takes seconds; table.ts holds what came of it.
import { choicesWithin } from '../exhaustive/choices.ts';
import {
  defaultScope,
  SEND_KINDS,
  settingsWithin,
  unsupportedBy,
  type SmallScope,
} from '../exhaustive/small-scope.ts';
import { unansweredTransactions } from '../enabled.ts';
import { ScenarioModel } from '../model.ts';
import type { ScenarioScope } from '../scope.ts';
import { settingsOf, type Pause, type SendStep, type Step, type Scenario } from '../step.ts';
import { situationOf } from './situation.ts';
import { transitionOf } from './transition.ts';

/** Scenarios that are followed further for each configuration they lead to. More lead to nothing new: it is tested. */
const WAYS = 2;
const TIMEOUT_MS = 10;
const PAUSES: readonly Pause[] = ['none', 'settle'];

/** Every transition within a scope. Breadth first, so that everything is reached by short scenarios. */
export function exploredWithin(scope: ScenarioScope, ways = WAYS): ReadonlySet<number> {
  const reachable = new Set<number>();
  for (const small of smallScopes(scope)) {
    const followed = new Map<number, number>();
    const scenarios: Scenario[] = [
      [{ do: 'open', settings: settingsWithin(small), pause: 'none' }],
    ];
    for (const scenario of scenarios) {
      for (const { transition, longer, leadsTo } of extensions(scenario, small, scope)) {
        reachable.add(transition);
        const known = followed.get(leadsTo) ?? 0;
        followed.set(leadsTo, known + 1);
        if (known < ways) scenarios.push(longer);
      }
    }
  }
  return reachable;
}

/** Without a window and with one, without a timeout and with one: as much of it as the producer has. */
function smallScopes({ supports }: ScenarioScope): SmallScope[] {
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

const NOTHING: SmallScope = { windowSize: 0, sizes: [], kinds: [], operations: [], pauses: PAUSES };

/** A scenario with one step more. */
interface Extension {
  readonly transition: number;
  readonly longer: Scenario;
  /** The configuration it leads to. */
  readonly leadsTo: number;
}

/** One for each step that may come next; of steps that are alike, the first. */
function* extensions(
  scenario: Scenario,
  small: SmallScope,
  scope: ScenarioScope,
): Iterable<Extension> {
  const { ledger, sends } = replay(scenario, scope);
  const steps = [
    ...choicesWithin(small, ledger, sends.length, true, PAUSES),
    ...otherSteps(sends.length, scope),
  ];
  const tried = new Set<string>();
  for (const step of steps) {
    const transition = transitionOf(step, ledger);
    const way = `${transition} ${step.pause} ${step.do === 'send' ? shapeOf(step) : ''}`;
    if (tried.has(way)) continue;
    tried.add(way);
    const longer = [...scenario, step];
    const model = replay(scenario, scope);
    if (model.apply(step)) yield { transition, longer, leadsTo: configurationOf(model) };
  }
}

function shapeOf({ mode, completion, responseRequired, size }: SendStep): string {
  return `${mode} ${completion} ${responseRequired} ${size}`;
}

/** What exhaustive runs leave out: late interrupts, time that ends nothing, and what is done at a gate. */
function otherSteps(
  sent: number,
  { supports, answers, realTime, reconnects }: ScenarioScope,
): Step[] {
  const steps: Step[] = [];
  for (const pause of PAUSES) {
    if (!realTime || supports.includes('timeout'))
      for (const ms of [1, TIMEOUT_MS]) steps.push({ do: 'advance', ms, pause });
    if (supports.includes('interrupt'))
      for (let at = 1; at <= sent; at += 1) steps.push({ do: 'interrupt', id: `m${at}`, pause });
    if (reconnects) steps.push({ do: 'cut', pause });
  }
  if (reconnects) steps.push({ do: 'restore', pause: 'settle' });
  if (answers === 'gate') steps.push({ do: 'ack', pause: 'settle' });
  return steps;
}

function replay(scenario: Scenario, scope: ScenarioScope): ScenarioModel {
  const model = new ScenarioModel(settingsOf(scenario), scope);
  for (const step of scenario.slice(1)) model.apply(step);
  return model;
}

/** Finer than a situation: it also tells which kinds of answers, and of interrupts, may follow. */
function configurationOf({ ledger, sends }: ScenarioModel): number {
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
