// A worker: loads an adapter, runs jobs with it, and tells its host what it finds. What makes it a process is in
// worker-main.ts.
import { Judge } from '../../spec/check.ts';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { HistoryError } from '../../spec/events/history.ts';
import { AdapterFault, type Harness } from '../harness/harness.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import {
  FirstUncaught,
  seedRandomness,
  keepUncaughtErrors,
} from '../harness/in-process/determinism.ts';
import { Crossings } from '../harness/in-process/crossings.ts';
import { PatientSettler, RealSettler, VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { isExplored, reachableWithin } from '../cases/coverage/reachable.ts';
import type { CheckResult } from '../doctor/check.ts';
import { drawnAt, runCampaign, type CampaignPlan, type CampaignResult } from './campaign.ts';
import type { Done, FoundCase, JobOrder, Rerun, WorkerMessage } from './job.ts';
import { loadAdapter } from './load-adapter.ts';
import { Minimiser } from './minimise.ts';
import { rerun } from './rerun.ts';
import { Scribe } from './scribe.ts';
import { withoutStacks } from './without-stacks.ts';

/** Errors wrapped into one another. */
const MOST_CAUSES = 20;

/** Notes the number of each case before it runs. `share`: what is done of the whole, from 0 to 1. */
export type Logbook = (number: number, share?: number) => void;

/** What a worker is given by the process that it works in. */
export interface WorkerHost {
  readonly send: (message: WorkerMessage) => void;
  readonly log: Logbook;
  /** Behind this case nothing is wanted: another worker has failed there. */
  readonly lastWanted: () => number;
}

/** Runs one job after another. A campaign leaves its harness open for the shrinking that follows. */
export class Worker {
  readonly #host: WorkerHost;
  #harness: Harness | undefined;

  constructor(host: WorkerHost) {
    this.#host = host;
  }

  /** Resolves to the last message of a job; never rejects for what an adapter does. */
  async run(job: JobOrder): Promise<WorkerMessage> {
    try {
      return job.task === 'check-contract'
        ? await contractCheck(job, this.#host)
        : await this.#runOpen(job);
    } catch (error) {
      return faultOf(error);
    }
  }

  async #runOpen(job: JobOrder): Promise<Done> {
    const harness = (this.#harness ??= await this.#open(job));
    let isKept = false;
    try {
      if (job.task === 'shrink') return await shrinkAll(job, harness, this.#host);
      if (job.traced) return await trace(job, job.traced, harness, this.#host);
      if (job.task !== 'campaign') return await rerunAll(job, harness, this.#host);
      const done = await campaign(job, harness, this.#host);
      isKept = true;
      return done;
    } finally {
      if (!isKept) await harness.dispose();
    }
  }

  async #open(job: JobOrder): Promise<Harness> {
    const harness = await openHarness(job);
    this.#host.send({ type: 'opened', adapter: harness.adapter, supports: harness.scope.supports });
    return harness;
  }
}

async function openHarness(job: JobOrder): Promise<Harness> {
  const { profile } = job;
  keepUncaughtErrors();
  if (runsElsewhere(job)) return startProcess(job);
  if (job.task === 'confirm') {
    const adapter = await loadAdapter(job.adapter);
    return new InProcessHarness(adapter, profile, new RealSettler(adapter.lingerMs));
  }
  const time = installVirtualTime();
  if (job.task === 'confirm-long') {
    const adapter = await loadAdapter(job.adapter);
    const settler = new PatientSettler(time, adapter.lingerMs);
    return new InProcessHarness(adapter, profile, settler, () => time.reset());
  }
  const random = seedRandomness();
  const crossings = new Crossings().watch();
  const adapter = await loadAdapter(job.adapter);
  const settler = new VirtualSettler(time, adapter.lingerMs, crossings);
  const beforeCase = () => {
    time.reset();
    random.reset();
  };
  return new InProcessHarness(adapter, profile, settler, beforeCase, crossings);
}

async function startProcess(job: JobOrder): Promise<Harness> {
  const { startOtherProcess } = await import('../harness/other-process/other-process.ts');
  const command = job.adapter.slice('exec:'.length);
  const { broker, speaks, refusedDestinations } = job;
  const options = { broker, speaks, refusedDestinations };
  return startOtherProcess(command, job.profile, options);
}

function runsElsewhere({ adapter }: JobOrder): boolean {
  return adapter.startsWith('exec:');
}

async function campaign(
  job: JobOrder,
  harness: Harness,
  { send, log, lastWanted }: WorkerHost,
): Promise<Done> {
  const uncaught = new FirstUncaught();
  const plan = {
    rules: CATALOGUE,
    cases: job.cases,
    seed: job.seed,
    first: job.scenarios.map(({ scenario }) => scenario),
    shares: job.shares,
    // In real time no two histories are alike.
    repeats: !runsElsewhere(job),
    isWanted: (first: number) => first <= lastWanted(),
    onCase: (number: number, share?: number) => {
      uncaught.next(number);
      log(number, share);
    },
    onFinding: (one: FoundCase) => send({ type: 'found', found: one }),
  };
  const drive = job.exhaustive
    ? () => withoutStacks(() => walkEverything(harness, plan, job.exhaustive!))
    : () => runCampaign(harness, plan);
  let found: CampaignResult = await drive();
  // What was judged on virtual time by mistake is judged again, in real time.
  if (harness instanceof InProcessHarness && !harness.isOutside) {
    const suspects = Array.from(found.failing.values(), ({ scenario }) => scenario);
    if (await harness.crosses(suspects)) found = await drive();
  }
  const { failing, covered, ...rest } = found;
  return {
    ...nothing(harness),
    ...rest,
    ...(covered &&
      isExplored(harness.scope) && {
        coverage: { covered, reachable: reachableWithin(harness.scope, covered) },
      }),
    failing: Array.from(failing, ([rule, one]) => ({ rule, ...one })),
    ...uncaught.found(),
  };
}

/** Every scenario of a scope, in place of those that a campaign would draw. */
async function walkEverything(
  harness: Harness,
  plan: CampaignPlan,
  { depth, scope }: NonNullable<JobOrder['exhaustive']>,
) {
  if (!(harness instanceof InProcessHarness))
    throw new Error('exhaustive runs are for subjects in process');
  const { exhaust } = await import('../cases/exhaustive/exhaust.ts');
  try {
    return await exhaust(harness, { ...plan, depth, ...(scope && { scope }) });
  } catch (error) {
    throw harness.isOutside ? notExhaustible(error) : error;
  }
}

function notExhaustible(cause: unknown): AdapterFault {
  const why = 'its work leaves the thread, so that no case can be repeated step by step';
  return new AdapterFault('diverged', `${why}; run it without --exhaustive`, { cause });
}

async function shrinkAll(job: JobOrder, harness: Harness, { log }: WorkerHost): Promise<Done> {
  let reruns = job.cases;
  const minimiser = new Minimiser(harness, CATALOGUE, () => log((reruns += 1), 1));
  const found: FoundCase[] = [];
  for (const { rule, scenario, case: number = 0, unproven } of job.scenarios) {
    const made = () =>
      unproven
        ? minimiser.prove(rule, scenario, number)
        : minimiser.minimise(rule, scenario, number);
    found.push(await withoutStacks(made));
  }
  return { ...nothing(harness), found };
}

async function rerunAll(job: JobOrder, harness: Harness, { log }: WorkerHost): Promise<Done> {
  const reruns: Rerun[] = [];
  const judge = new Judge(harness.scope.profile);
  for (const { rule, scenario } of job.scenarios) {
    log(reruns.length);
    reruns.push(await rerun(harness, scenario, rule, judge));
  }
  return { ...nothing(harness), cases: reruns.length, results: judge.results(), reruns };
}

async function trace(
  job: JobOrder,
  { case: number, file }: NonNullable<JobOrder['traced']>,
  harness: Harness,
  { log }: WorkerHost,
): Promise<Done> {
  const uncaught = new FirstUncaught();
  const scenario = drawnAt(harness.scope, job, number);
  log(number);
  if (scenario) await harness.run(scenario, new Scribe(harness.scope.profile, scenario, file));
  return { ...nothing(harness), ...uncaught.found() };
}

/** The doctor's checks. What is wrong with the adapter is a result; a fault would only be ours. */
async function contractCheck(job: JobOrder, { send, log }: WorkerHost): Promise<Done> {
  const { checkModule, checkProcess } = await import('../doctor/check-contract.ts');
  keepUncaughtErrors();
  const first = job.check ?? 0;
  const listener = {
    note: log,
    tell: (result: CheckResult) => send({ type: 'checked', result }),
    opened: ({ adapter, scope }: Harness) =>
      send({ type: 'opened', adapter, supports: scope.supports }),
  };
  await (runsElsewhere(job)
    ? checkProcess(() => startProcess(job), first, listener)
    : checkModule(job.adapter, first, listener));
  return nothing({ adapter: job.adapter });
}

function nothing({ adapter }: Pick<Harness, 'adapter'>): Done {
  const none = { results: [], failing: [], found: [], reruns: [] };
  return { type: 'done', adapter, cases: 0, ...none };
}

function faultOf(error: unknown): WorkerMessage {
  let cause: unknown = error;
  // A subject's error may well be its own cause.
  for (let depth = 0; depth < MOST_CAUSES; depth += 1) {
    if (!(cause instanceof Error) || cause instanceof AdapterFault || !cause.cause) break;
    cause = cause.cause;
  }
  if (cause instanceof AdapterFault)
    return { type: 'fault', code: cause.code, message: cause.message };
  if (error instanceof HistoryError) {
    const message = `what it did makes no history: ${error.message}`;
    return { type: 'fault', code: 'protocol', message };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { type: 'fault', code: 'kit-failed', message: text };
}
