// Examining the failing cases of a run: each is run again in a process of its own, on real time, and one that is not
// broken there is asked whether another producer had a hand in it.
import { diagnose, type Finding } from '../../spec/diagnosis/diagnose.ts';
import { openingOf, settingsOf, type Scenario } from '../cases/step.ts';
import { Isolation, type Afresh } from './isolation.ts';
import type { FoundCase, JobOrder, Rerun } from './job.ts';
import { IN_PROCESS, REAL_TIME, supervise, type WorkerEnd } from './supervise.ts';

/** Cases that are confirmed at once, if each has a process of its own: they mostly wait. */
const AT_ONCE = 2;
/** Real milliseconds spent on the question whether other producers are to blame. */
const ISOLATION_BUDGET_MS = 10_000;
/** A case that lets more milliseconds pass is confirmed with that time virtual, and its settling real. */
const LONG_CASE_MS = 5_000;

/** The failing cases of a run. */
export interface Examined {
  /** Seen again, on real time where that can be tried. */
  readonly confirmed: readonly FoundCase[];
  readonly unconfirmed: readonly FoundCase[];
}

/** Tries every failing case once more. */
export async function examine(job: JobOrder, worker: WorkerEnd): Promise<Examined> {
  const drawn = foundBy(job, worker);
  if (job.adapter.startsWith('exec:'))
    return parted(drawn, ({ unrepeatable, unproven }) => !unrepeatable && !unproven);
  const afresh: Afresh = (scenarios) => runAfresh(job, 'replay', scenarios);
  const isolation = new Isolation(job.profile, afresh, ISOLATION_BUDGET_MS);
  const found = await eachOf(drawn, async (one) =>
    hasCompany(one) ? ((await isolation.withoutCompany(one)) ?? one) : one,
  );
  const examined = await confirm(job, found);
  const shared = await sharedBy(job, worker, examined.unconfirmed, isolation);
  return shared ? { confirmed: [...examined.confirmed, shared], unconfirmed: [] } : examined;
}

/**
 * All in one process first, which suffices if they are all broken again. Otherwise each by itself: one of them may
 * leave something behind for the next.
 */
async function confirm(job: JobOrder, found: readonly FoundCase[]): Promise<Examined> {
  const own = found.filter((one) => !hasCompany(one) && !one.unrepeatable && !one.unproven);
  // On real time a close that waits for milliseconds cannot be told from one that does not.
  const isLong = ({ rule, scenario }: FoundCase) =>
    rule === 'LIF-2' || passesMs(stretched(scenario)) > LONG_CASE_MS;
  const short = await seenAgain(
    job,
    'confirm',
    own.filter((one) => !isLong(one)),
  );
  const long = await seenAgain(job, 'confirm-long', own.filter(isLong));
  const together = new Set([...short, ...long]);
  if (together.size === found.length) return { confirmed: found, unconfirmed: [] };
  const apart = await eachOf(own, async (one) =>
    (await seenAgain(job, isLong(one) ? 'confirm-long' : 'confirm', [one])).includes(one),
  );
  const again = new Set(own.filter((_, at) => apart[at]));
  return parted(found, (one) => again.has(one));
}

function parted(found: readonly FoundCase[], isConfirmed: (one: FoundCase) => boolean): Examined {
  const confirmed = found.filter(isConfirmed);
  return { confirmed, unconfirmed: found.filter((one) => !confirmed.includes(one)) };
}

/** The failing cases of a run, each diagnosed: shrunk, or as they were drawn if the adapter failed before that. */
function foundBy({ profile }: JobOrder, { end, found }: WorkerEnd): readonly FoundCase[] {
  if (end.type === 'done') return end.found;
  return found.map((one) => {
    const finding = diagnose(profile, one.history);
    return { ...one, ...(finding && { finding }) };
  });
}

function hasCompany({ scenario }: FoundCase): boolean {
  return openingOf(scenario).company !== undefined;
}

/** Those that break the same rule again, one after another in one process, before which no producer was opened. */
async function seenAgain(
  job: JobOrder,
  task: 'confirm' | 'confirm-long',
  found: readonly FoundCase[],
): Promise<readonly FoundCase[]> {
  const reruns = await runAfresh(
    job,
    task,
    found.map(({ scenario }) => stretched(scenario)),
  );
  return found.filter((one, at) => {
    const rules = hasCompany(one) ? one.finding?.alsoBroken : [one.rule];
    return reruns[at]?.breaches.some(({ rule }) => rules?.includes(rule));
  });
}

/** Milliseconds that a scenario lets pass. */
function passesMs(scenario: Scenario): number {
  return scenario.reduce((ms, step) => ms + (step.do === 'advance' ? step.ms : 0), 0);
}

/**
 * The clearest case that a producer breaks only for another one's sake, with all that the suspects break: they are
 * not told apart, since each may be the same fault.
 */
async function sharedBy(
  job: JobOrder,
  { end }: WorkerEnd,
  suspects: readonly FoundCase[],
  isolation: Isolation,
): Promise<FoundCase | undefined> {
  const drawn = end.type === 'done' ? end.failing : [];
  const shortestFirst = (one: FoundCase, other: FoundCase) =>
    one.scenario.length - other.scenario.length;
  for (const found of suspects.toSorted(shortestFirst)) {
    const failing = drawn.find(({ rule }) => rule === found.of);
    const shown = await isolation.explain({ found, failing });
    if (!shown?.finding || (await seenAgain(job, 'confirm', [shown])).length === 0) continue;
    return { ...shown, finding: withAll(shown.finding, suspects) };
  }
  return undefined;
}

function withAll(finding: Finding, suspects: readonly FoundCase[]): Finding {
  const others = suspects.flatMap(({ of, finding: own }) => [of, ...(own?.alsoBroken ?? [])]);
  const broken = new Set([...finding.alsoBroken, ...others]);
  broken.delete(finding.rule);
  return { ...finding, alsoBroken: [...broken] };
}

async function runAfresh(
  job: JobOrder,
  task: 'confirm' | 'confirm-long' | 'replay',
  scenarios: readonly Scenario[],
): Promise<readonly Rerun[]> {
  if (scenarios.length === 0) return [];
  const cases = scenarios.map((scenario) => ({ rule: 'ISO-1' as const, scenario }));
  const order = { ...job, task, rules: [], scenarios: cases };
  const caseMs = task === 'replay' ? IN_PROCESS.caseMs : REAL_TIME.caseMs + LONG_CASE_MS;
  const { end } = await supervise(order, { ...IN_PROCESS, caseMs });
  return end.type === 'done' ? end.reruns : [];
}

/** Asks of each, some at a time. */
async function eachOf<T, A>(all: readonly T[], ask: (one: T) => A): Promise<Awaited<A>[]> {
  const answers: Awaited<A>[] = [];
  const queue = all.entries();
  const work = async () => {
    for (const [at, one] of queue) answers[at] = await ask(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

/** Milliseconds that outlast the settle points of a shrunk case, also on a loaded machine. */
const LONG_MS = 2_000;

/**
 * The same scenario with a timeout, if it has one, of two seconds at least: on real time every settle point takes a
 * while, in which a short one would pass unasked. The time that the scenario lets pass grows with it.
 */
export function stretched(scenario: Scenario): Scenario {
  const { sendTimeoutMs, maxBlockMs = 0 } = settingsOf(scenario);
  const shortestMs = Math.min(sendTimeoutMs || LONG_MS, maxBlockMs || LONG_MS);
  if (shortestMs >= LONG_MS) return scenario;
  const factor = Math.ceil(LONG_MS / shortestMs);
  return scenario.map((step) => {
    // What is due within a millisecond counts as due on virtual time.
    if (step.do === 'advance') return { ...step, ms: (step.ms + 1) * factor };
    if (step.do !== 'open') return step;
    const settings = { ...step.settings, sendTimeoutMs: sendTimeoutMs * factor };
    return {
      ...step,
      settings: maxBlockMs ? { ...settings, maxBlockMs: maxBlockMs * factor } : settings,
    };
  });
}
