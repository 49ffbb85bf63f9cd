// What can be covered: the specification itself is explored, by the ideal producer, for every transition
// that the scenarios of a scope could lead through. It takes seconds; table.ts holds what came of it.
import {
  defaultScope,
  repertoireOf,
  SEND_KINDS,
  settingsWithin,
  unsupportedBy,
  type SmallScope,
} from '../exhaustive/small-scope.ts';
import { enabledSteps, settles, unansweredTransactions, type Repertoire } from '../enabled.ts';
import { Frontier } from '../frontier.ts';
import { ScenarioModel } from '../model.ts';
import { kindsWithin, type ScenarioScope } from '../scope.ts';
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
    const repertoire: Repertoire = {
      ...repertoireOf(small),
      kinds: kindsWithin(scope),
      advancesMs: [1, TIMEOUT_MS],
    };
    const frontier = new Frontier<Scenario>(ways);
    frontier.reach(0, () => [{ do: 'open', settings: settingsWithin(small), pause: 'none' }]);
    for (const scenario of frontier) {
      for (const { transition, step, leadsTo } of extensions(scenario, repertoire, scope)) {
        reachable.add(transition);
        frontier.reach(leadsTo, () => [...scenario, step]);
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

/** One step more after a scenario. */
interface Extension {
  readonly transition: number;
  readonly step: Step;
  /** The configuration it leads to. */
  readonly leadsTo: number;
}

/** One for each step that may come next; of steps that are alike, the first. */
function* extensions(
  scenario: Scenario,
  repertoire: Repertoire,
  scope: ScenarioScope,
): Iterable<Extension> {
  const { ledger, sends } = replay(scenario, scope);
  const ids = sends.map(({ message }) => message.id);
  const tried = new Set<string>();
  for (const plain of enabledSteps(repertoire, ledger, ids)) {
    const transition = transitionOf(plain, ledger);
    if (transition === undefined) continue;
    for (const pause of PAUSES) {
      if (pause !== 'settle' && settles(plain)) continue;
      const way = `${transition} ${pause} ${plain.do === 'send' ? shapeOf(plain) : ''}`;
      if (tried.has(way)) continue;
      tried.add(way);
      const step: Step = { ...plain, pause };
      const model = replay(scenario, scope);
      model.apply(step);
      yield { transition, step, leadsTo: configurationOf(model) };
    }
  }
}

function shapeOf({ mode, completion, responseRequired, size }: SendStep): string {
  return `${mode} ${completion} ${responseRequired} ${size}`;
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
