// Supervising a worker process: starts it, watches that cases go by, and ends its whole process group.
// A worker that says nothing last has failed, whatever its exit code.
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdapterFaultCode } from '../bench/bench.ts';
import type { Capability } from '../../spec/settings.ts';
import type { Finding } from '../doctor/step.ts';
import type { FoundCase, Job, JobOrder, WorkerMessage } from './job.ts';

/** How a worker ended. */
export interface WorkerEnd {
  /** The case it was in, counted from 0; absent: none had begun. */
  readonly lastCase: number | undefined;
  /** What it had found before it ended, unshrunk. */
  readonly found: readonly FoundCase[];
  readonly adapter: string | undefined;
  readonly end:
    | Extract<WorkerMessage, { type: 'done' }>
    | { readonly type: 'fault'; readonly code: AdapterFaultCode; readonly message: string };
}

/** Who hears of a worker while it works. */
export interface WorkerListener {
  /** The case that it is in, now and then. */
  readonly onCase?: ((number: number) => void) | undefined;
  readonly onOpened?: (supports: readonly Capability[]) => void;
  readonly onExamined?: (finding: Finding) => void;
}

/** How long a worker may take, in milliseconds. */
export interface Patience {
  /** To load the adapter and open the first producer. */
  readonly loadMs: number;
  /** For one case. */
  readonly caseMs: number;
}

const POLL_MS = 100;
const STDOUT_LIMIT_BYTES = 64 * 1024;
const running = new Set<ChildProcess>();

/** Runs a job in a process of its own. Never throws for what an adapter does. */
export async function supervise(
  job: JobOrder,
  patience: Patience,
  listener: WorkerListener = {},
): Promise<WorkerEnd> {
  const folder = mkdtempSync(join(tmpdir(), 'producer-tck-'));
  const logbook = join(folder, 'case');
  closeSync(openSync(logbook, 'w'));
  const worker = startWorker();
  try {
    return await watch(worker, { ...job, logbook, secret: randomUUID() }, patience, listener);
  } finally {
    endGroup(worker);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends every worker and all that it started. For signals and for the end of this process. */
export function endAllWorkers(): void {
  for (const worker of running) endGroup(worker);
}

function startWorker(): ChildProcess {
  const worker = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Cases leave much garbage that dies young; in a larger nursery a fifth of the time is saved.
    execArgv: ['--min-semi-space-size=128', '--max-semi-space-size=256'],
  });
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
  forwardOutput(worker);
  return worker;
}

/** What the adapter prints goes to stderr, up to a limit: stdout belongs to the report. */
function forwardOutput(worker: ChildProcess): void {
  let left = STDOUT_LIMIT_BYTES;
  worker.stdout?.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    process.stderr.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) process.stderr.write('\n[the adapter prints too much; the rest is not shown]\n');
  });
}

function watch(
  worker: ChildProcess,
  job: Job,
  patience: Patience,
  listener: WorkerListener,
): Promise<WorkerEnd> {
  return new Promise((resolve) => {
    const log = openSync(job.logbook, 'r');
    const found: FoundCase[] = [];
    let adapter: string | undefined;
    let lastCase: number | undefined;
    let quietMs = 0;

    const finish = (end: WorkerEnd['end']) => {
      clearInterval(poll);
      lastCase = readCase(log) ?? lastCase;
      closeSync(log);
      resolve({ lastCase, found, adapter, end });
    };
    const settle = once(finish);
    const poll = setInterval(() => {
      const now = readCase(log);
      if (now !== lastCase) {
        lastCase = now;
        quietMs = 0;
        if (now !== undefined) listener.onCase?.(now);
        return;
      }
      quietMs += POLL_MS;
      const limit = lastCase === undefined ? patience.loadMs : patience.caseMs;
      if (quietMs >= limit) settle(hung(lastCase, limit));
    }, POLL_MS);

    worker.on('message', (raw: unknown) => {
      const { secret, message } = raw as { secret?: string; message: WorkerMessage };
      if (secret !== job.secret) return;
      if (message.type === 'found') found.push(message.found);
      else if (message.type === 'examined') listener.onExamined?.(message.finding);
      else if (message.type === 'opened') {
        adapter = message.adapter;
        listener.onOpened?.(message.supports);
      } else settle(message);
    });
    worker.once('error', (error) =>
      settle(fault('exited', `its process failed: ${error.message}`)),
    );
    worker.once('exit', (code, signal) => settle(exited(readCase(log), code, signal)));
    worker.send(job);
  });
}

function hung(lastCase: number | undefined, limitMs: number): WorkerEnd['end'] {
  const seconds = `${limitMs / 1000} s`;
  if (lastCase === undefined)
    return fault('hung', `it was not loaded and opened within ${seconds}`);
  return fault(
    'hung',
    `case ${lastCase + 1} did not end within ${seconds}: it blocks the event loop`,
  );
}

function exited(lastCase: number | undefined, code: number | null, signal: string | null) {
  const how = signal ? `was killed by ${signal}` : `ended with code ${code}`;
  const when = lastCase === undefined ? 'while it was loaded' : `in case ${lastCase + 1}`;
  const why = 'it must neither end the process nor await what never comes';
  return fault('exited', `its process ${how} ${when}; ${why}`);
}

function fault(code: AdapterFaultCode, message: string): WorkerEnd['end'] {
  return { type: 'fault', code, message };
}

function readCase(log: number): number | undefined {
  const buffer = Buffer.alloc(8);
  try {
    return readSync(log, buffer, 0, 8, 0) === 8 ? buffer.readDoubleLE(0) : undefined;
  } catch {
    return undefined;
  }
}

function once<T>(run: (value: T) => void): (value: T) => void {
  let done = false;
  return (value) => {
    if (done) return;
    done = true;
    run(value);
  };
}

/** The worker leads a process group; whatever the adapter started is in it. */
function endGroup(worker: ChildProcess): void {
  running.delete(worker);
  if (worker.pid === undefined) return;
  try {
    process.kill(-worker.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}
