// The control experiment. A rule that is broken says what is responsible; it stands only if the same case without
// that breaks no rule, and, where the rest of its turn may have had a part in it, if a calmer case breaks it again.
// Otherwise the fault lies elsewhere.
import { Judge } from '../../spec/check.ts';
import { findRule } from '../../spec/catalogue.ts';
import type { History } from '../../spec/events/history.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import { proven, type Harness } from '../harness/harness.ts';
import type { Scenario } from '../cases/step.ts';
import { CALMER, CONTROLS, type Evidence } from './controls.ts';
import { retrace } from './retrace.ts';

/** A case that was run, and what it broke. */
export interface Played {
  readonly scenario: Scenario;
  readonly history: History;
  readonly broken: readonly LocatedBreach[];
  /** It is a control, and was not drawn. */
  readonly made?: true;
}

/** What became of the breaches of a case. */
export interface Attribution {
  /** Those that stand. */
  readonly own: readonly LocatedBreach[];
  /** Cases that show better what is wrong than those that do not stand. */
  readonly instead: readonly Played[];
}

/** Tries some breaches of a case. The judge is told to forget those that do not stand. */
export async function attribute(
  harness: Harness,
  { scenario, history }: Omit<Played, 'broken'>,
  breaches: readonly LocatedBreach[],
  judge: Judge,
): Promise<Attribution> {
  const own: LocatedBreach[] = [];
  const instead: Played[] = [];
  for (const breach of breaches) {
    const rival = await rivalOf(harness, { scenario, history }, breach);
    if (rival) {
      judge.withdraw(breach);
      instead.push(rival);
    } else own.push(breach);
  }
  return { own, instead };
}

/** Whether a rule only names the mistake behind the breach of another. */
export function explains(rule: RuleId): boolean {
  return findRule(rule)?.explains ?? false;
}

/** The experiment that speaks against a breach, if there is one. */
async function rivalOf(
  harness: Harness,
  { scenario, history }: Omit<Played, 'broken'>,
  breach: LocatedBreach,
  isCalm = false,
): Promise<Played | undefined> {
  const { rule } = breach;
  if (!(rule in CONTROLS || rule in CALMER)) return undefined;
  const retraced = retrace(scenario, history.slice(0, breach.at + 1), harness.scope.profile);
  const evidence: Evidence = { scenario: retraced.scenario, retraced, breach };
  for (const control of CONTROLS[rule]?.(evidence) ?? []) {
    const played = await play(harness, control);
    if (played.broken.length > 0) return played;
  }
  const calmer = isCalm ? undefined : CALMER[rule]?.(evidence);
  if (!calmer) return undefined;
  const played = await play(harness, calmer);
  const again = played.broken.find((one) => one.rule === rule);
  // In calm, too, nothing else may be responsible.
  if (again) return rivalOf(harness, played, again, true);
  // Where the calmer case breaks nothing it took a race; a mere explanation falls with it.
  return played.broken.length > 0 || explains(rule) ? played : undefined;
}

/** Judged by all rules, whichever were chosen: what is not asked for may be at fault all the same. */
async function play(harness: Harness, scenario: Scenario): Promise<Played> {
  const record = await harness.run(scenario, new Judge(harness.scope.profile));
  return { scenario, history: record.history, broken: proven(record), made: true };
}
