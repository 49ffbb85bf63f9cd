// The worker process: loads the adapter, runs the job, sends one last message. It may hang, crash or be
// killed at any time; the process that started it notices, and says so.
import { openSync, writeSync } from 'node:fs';
import { Judge } from '../../spec/check.ts';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { PROFILES } from '../../spec/model/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import { AdapterFault, type Harness } from '../harness/harness.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { FirstStray, seedRandomness, watchStrays } from '../harness/in-process/determinism.ts';
import { RealSettler, VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { reachableWithin } from '../cases/coverage/reachable.ts';
import type { CheckResult } from '../doctor/check.ts';
import { runCampaign, type CampaignPlan, type CampaignResult } from './campaign.ts';
import type { Done, FoundCase, Job, Rerun, WorkerMessage } from './job.ts';
import { loadAdapter } from './load-adapter.ts';
import { parseOrder } from './messages.ts';
import { Minimiser } from './minimise.ts';

const post = process.send?.bind(process) ?? (() => false);
/** Errors wrapped into one another. */
const MOST_CAUSES = 20;
let secret = '';
const exit = process.exit.bind(process);

/** Open from a campaign to the shrinking that follows it. */
let ward: { readonly harness: Harness; readonly log: Logbook } | undefined;
/** Behind this case nothing is wanted any more: another worker has failed there. */
let lastWanted = Number.POSITIVE_INFINITY;

process.on('message', (raw) => {
  const order = parseOrder(raw);
  if ('lastWanted' in order) {
    lastWanted = Math.min(lastWanted, order.lastWanted);
    return;
  }
  secret = order.secret;
  // While it works, an adapter that awaits what never comes must not be kept alive by the channel.
  process.channel?.unref();
  void run(order).then(
    (message) => (order.task === 'campaign' ? stayOn(message) : finish(message)),
    (error: unknown) => finish(faultOf(error)),
  );
});

// Whoever started it is gone, perhaps killed: nobody wants to know any more.
process.on('disconnect', () => exit(1));

function send(message: WorkerMessage, then: () => void = () => {}): void {
  post({ secret, message }, then);
}

/** Says what came of a job, and waits for the next. */
function stayOn(message: WorkerMessage): void {
  process.channel?.ref();
  send(message);
}

function finish(message: WorkerMessage): void {
  send(message, () => exit(0));
}

async function run(job: Job): Promise<WorkerMessage> {
  if (job.task === 'examine') return examination(job, openLogbook(job.logbook));
  const { harness, log } = (ward ??= await open(job));
  let isKept = false;
  try {
    if (job.task === 'shrink') return await shrinkAll(job, harness, log);
    if (job.task !== 'campaign') return await rerun(job, harness, log);
    const done = await campaign(job, harness, log);
    isKept = true;
    return done;
  } finally {
    if (!isKept) await harness.dispose();
  }
}

async function open(job: Job) {
  const log = openLogbook(job.logbook);
  const harness = await openHarness(job);
  send({ type: 'opened', adapter: harness.adapter, supports: harness.scope.supports });
  return { harness, log };
}

async function openHarness(job: Job): Promise<Harness> {
  const profile = PROFILES[job.profile];
  watchStrays();
  if (isBridged(job)) return openBridge(job);
  if (job.task === 'confirm') {
    const adapter = await loadAdapter(job.adapter);
    return new InProcessHarness(adapter, profile, new RealSettler(adapter.lingerMs));
  }
  const time = installVirtualTime();
  const random = seedRandomness();
  const adapter = await loadAdapter(job.adapter);
  return new InProcessHarness(adapter, profile, new VirtualSettler(time, adapter.lingerMs), () => {
    time.reset();
    random.reset();
  });
}

async function openBridge(job: Job): Promise<Harness> {
  const { startOtherProcess } = await import('../harness/other-process/other-process.ts');
  const command = job.adapter.slice('exec:'.length);
  const { broker, refusedDestinations } = job;
  return startOtherProcess(command, PROFILES[job.profile], { broker, refusedDestinations });
}

function isBridged({ adapter }: Job): boolean {
  return adapter.startsWith('exec:');
}

async function campaign(job: Job, harness: Harness, log: Logbook): Promise<Done> {
  const stray = new FirstStray();
  const plan = {
    rules: rulesOf(job),
    cases: job.cases,
    seed: job.seed,
    first: job.scenarios.map(({ scenario }) => scenario),
    shares: job.shares,
    // In real time no two histories are alike.
    repeats: !isBridged(job),
    isWanted: (first: number) => first <= lastWanted,
    onCase: (number: number, share?: number) => {
      stray.next(number);
      log(number, share);
    },
    onFinding: (one: FoundCase) => send({ type: 'found', found: one }),
  };
  const drive = job.exhaustive
    ? () => walkEverything(harness, plan, job.exhaustive!)
    : () => runCampaign(harness, plan);
  const { failing, unproven, covered, ...rest } = await withoutStacks<CampaignResult>(drive);
  return {
    ...nothing(harness),
    ...rest,
    ...(covered && { coverage: { covered, reachable: reachableWithin(harness.scope, covered) } }),
    failing: Array.from(failing, ([rule, one]) => ({ rule, ...one })),
    unproven: [...unproven],
    ...stray.found(),
  };
}

/** Every scenario of a scope, in place of those that a campaign would draw. */
async function walkEverything(
  harness: Harness,
  plan: CampaignPlan,
  { depth, scope }: NonNullable<Job['exhaustive']>,
) {
  if (!(harness instanceof InProcessHarness))
    throw new Error('exhaustive runs are for subjects in process');
  const { exhaust } = await import('../cases/exhaustive/exhaust.ts');
  return exhaust(harness, { ...plan, depth, ...(scope && { scope }) });
}

async function shrinkAll(job: Job, harness: Harness, log: Logbook): Promise<Done> {
  let reruns = job.cases;
  const minimiser = new Minimiser(harness, rulesOf(job), () => log((reruns += 1), 1));
  const found: FoundCase[] = [];
  for (const { rule, scenario, case: number = 0 } of job.scenarios)
    found.push(await withoutStacks(() => minimiser.minimise(rule, scenario, number)));
  return { ...nothing(harness), found };
}

/** In bulk, the stacks of the subject's own errors cost an eighth of the time. */
async function withoutStacks<T>(work: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function rerun(job: Job, harness: Harness, log: (n: number) => void): Promise<Done> {
  const rules = rulesOf(job);
  const reruns: Rerun[] = [];
  const judge = new Judge(harness.scope.profile, rules);
  for (const { rule, scenario } of job.scenarios) {
    log(reruns.length);
    const { history, breaches, unproven } = await harness.run(scenario, judge);
    const told = breaches.map((breach) => ({ ...breach, isProven: !unproven.includes(breach) }));
    reruns.push({ rule, history, breaches: told });
  }
  return { ...nothing(harness), cases: reruns.length, results: judge.results(), reruns };
}

/** The doctor's steps. What is wrong with the adapter is a finding; a fault would only be ours. */
async function examination(job: Job, log: (n: number) => void): Promise<Done> {
  const { examineModule, examineProcess } = await import('../doctor/examination.ts');
  watchStrays();
  const first = job.step ?? 0;
  const listener = {
    note: log,
    tell: (finding: CheckResult) => send({ type: 'examined', finding }),
    opened: ({ adapter, scope }: Harness) =>
      send({ type: 'opened', adapter, supports: scope.supports }),
  };
  await (isBridged(job)
    ? examineProcess(() => openBridge(job), first, listener)
    : examineModule(job.adapter, first, listener));
  return nothing({ adapter: job.adapter });
}

function nothing({ adapter }: Pick<Harness, 'adapter'>): Done {
  const none = { results: [], failing: [], found: [], unproven: [], reruns: [] };
  return { type: 'done', adapter, cases: 0, ...none };
}

function rulesOf(job: Job): readonly Rule[] {
  return job.rules.length === 0 ? CATALOGUE : CATALOGUE.filter(({ id }) => job.rules.includes(id));
}

type Logbook = (number: number, share?: number) => void;

/**
 * Notes the number of each case before it runs: what a dead or hung worker leaves behind. `share`: what is
 * done of the whole, from 0 to 1.
 */
function openLogbook(file: string): Logbook {
  const descriptor = openSync(file, 'w');
  const buffer = Buffer.alloc(16);
  return (number, share = 0) => {
    buffer.writeDoubleLE(number, 0);
    buffer.writeDoubleLE(share, 8);
    writeSync(descriptor, buffer, 0, 16, 0);
  };
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
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { type: 'fault', code: 'open-failed', message: `its open() failed: ${text}` };
}
