// The worker process: loads the adapter, runs the job, sends one last message. It may hang, crash or be
// killed at any time; the process that started it notices, and says so.
import { openSync, writeSync } from 'node:fs';
import { Judge } from '../../spec/check.ts';
import { CATALOGUE, findRule } from '../../spec/catalogue.ts';
import { PROFILES } from '../../spec/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import { AdapterFault, type Bench } from '../bench/bench.ts';
import { InProcessBench } from '../bench/in-process.ts';
import { seedRandomness, strays, watchStrays } from '../bench/surroundings.ts';
import { RealSettler, VirtualSettler } from '../bench/settle.ts';
import { installVirtualTime } from '../bench/virtual-time.ts';
import type { Finding } from '../doctor/step.ts';
import { runCampaign } from './campaign.ts';
import type { FoundCase, Job, Rerun, WorkerMessage } from './job.ts';
import { loadAdapter } from './load-adapter.ts';
import { shrink } from './shrink.ts';

/** Real milliseconds spent on shrinking the case of one rule, on virtual and on real time. */
const SHRINK_BUDGET_MS = { virtual: 10_000, real: 30_000 };

const post = process.send?.bind(process) ?? (() => false);
let secret = '';
const exit = process.exit.bind(process);

process.once('message', (raw) => {
  const job = raw as Job;
  secret = job.secret;
  void run(job).then(finish, (error: unknown) => finish(faultOf(error)));
});

function send(message: WorkerMessage, then: () => void = () => {}): void {
  post({ secret, message }, then);
}

function finish(message: WorkerMessage): void {
  send(message, () => exit(0));
}

async function run(job: Job): Promise<WorkerMessage> {
  const log = openLogbook(job.logbook);
  if (job.task === 'examine') return examination(job, log);
  const bench = await openBench(job);
  send({ type: 'opened', adapter: bench.adapter, supports: bench.scope.supports });
  try {
    return job.task === 'campaign' ? await campaign(job, bench, log) : await rerun(job, bench, log);
  } finally {
    await bench.dispose();
  }
}

async function openBench(job: Job): Promise<Bench> {
  const profile = PROFILES[job.profile];
  watchStrays();
  if (isBridged(job)) return openBridge(job);
  if (job.task === 'confirm') {
    const adapter = await loadAdapter(job.adapter);
    return new InProcessBench(adapter, profile, new RealSettler(adapter.lingerMs));
  }
  const time = installVirtualTime();
  const random = seedRandomness();
  const adapter = await loadAdapter(job.adapter);
  return new InProcessBench(adapter, profile, new VirtualSettler(time, adapter.lingerMs), () => {
    time.reset();
    random.reset();
  });
}

async function openBridge(job: Job): Promise<Bench> {
  const { openBridgeBench } = await import('../bridge/bridge-bench.ts');
  const command = job.adapter.slice('exec:'.length);
  const { broker, refusedDestinations } = job;
  return openBridgeBench(command, PROFILES[job.profile], broker, refusedDestinations);
}

function isBridged({ adapter }: Job): boolean {
  return adapter.startsWith('exec:');
}

async function campaign(job: Job, bench: Bench, log: (n: number) => void): Promise<WorkerMessage> {
  const stackTraceLimit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const rules = rulesOf(job);
  const onFinding = (one: FoundCase) => send({ type: 'found', found: one });
  const plan = { rules, cases: job.cases, seed: job.seed, onCase: log, onFinding };
  const { cases, results, findings, unproven } = await runCampaign(bench, plan);
  const found: FoundCase[] = [];
  for (const [id, finding] of findings) {
    let reruns = cases;
    const rule = findRule(id) as Rule;
    const onCase = () => log((reruns += 1));
    const budgetMs = SHRINK_BUDGET_MS[isBridged(job) ? 'real' : 'virtual'];
    const shrunk = await shrink(bench, finding.tape, rule, rules, budgetMs, onCase);
    if (shrunk) {
      const { tape, history, breach } = shrunk;
      found.push({ rule: id, tape, history, at: breach.at, why: breach.why, case: finding.case });
    } else {
      const why = 'it was not broken again when the same case was repeated';
      found.push({
        rule: id,
        tape: finding.tape,
        history: [],
        at: 0,
        why,
        case: finding.case,
        unrepeatable: true,
      });
    }
  }
  Error.stackTraceLimit = stackTraceLimit;
  return { ...empty(bench), cases, results, found, unproven: [...unproven] };
}

async function rerun(job: Job, bench: Bench, log: (n: number) => void): Promise<WorkerMessage> {
  const rules = rulesOf(job);
  const reruns: Rerun[] = [];
  const judge = new Judge(bench.scope.profile, rules);
  for (const { rule, tape } of job.tapes) {
    log(reruns.length);
    const { history, breaches } = await bench.run(tape, judge);
    reruns.push({ rule, history, breaches });
  }
  return { ...empty(bench), cases: reruns.length, results: judge.results(), reruns };
}

/** The doctor's steps. What is wrong with the adapter is a finding; a fault would only be ours. */
async function examination(job: Job, log: (n: number) => void): Promise<WorkerMessage> {
  const { examineModule, examineProcess } = await import('../doctor/examination.ts');
  watchStrays();
  const first = job.step ?? 0;
  const listener = {
    note: log,
    tell: (finding: Finding) => send({ type: 'examined', finding }),
    opened: ({ adapter, scope }: Bench) =>
      send({ type: 'opened', adapter, supports: scope.supports }),
  };
  await (isBridged(job)
    ? examineProcess(() => openBridge(job), first, listener)
    : examineModule(job.adapter, first, listener));
  return { ...empty({ adapter: job.adapter }), cases: 0 };
}

function empty({ adapter }: Pick<Bench, 'adapter'>) {
  const none = { results: [], found: [], unproven: [], reruns: [] };
  return { type: 'done' as const, adapter, strays: strays(), ...none };
}

function rulesOf(job: Job): readonly Rule[] {
  return job.rules.length === 0 ? CATALOGUE : CATALOGUE.filter(({ id }) => job.rules.includes(id));
}

/** Notes the number of each case before it runs: what a dead or hung worker leaves behind. */
function openLogbook(file: string): (number: number) => void {
  const descriptor = openSync(file, 'w');
  const buffer = Buffer.alloc(8);
  return (number) => {
    buffer.writeDoubleLE(number);
    writeSync(descriptor, buffer, 0, 8, 0);
  };
}

function faultOf(error: unknown): WorkerMessage {
  let cause: unknown = error;
  while (cause instanceof Error && !(cause instanceof AdapterFault) && cause.cause)
    cause = cause.cause;
  if (cause instanceof AdapterFault)
    return { type: 'fault', code: cause.code, message: cause.message };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { type: 'fault', code: 'open-failed', message: `its open() failed: ${text}` };
}
