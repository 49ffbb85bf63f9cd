// A worker process, as the one who started it sees it: gives it one job after another, watches that cases go by,
// and ends its whole process group. A worker that says nothing last has failed, whatever its exit code.
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Capability } from '../../spec/events/settings.ts';
import type { AdapterFaultCode } from '../harness/harness.ts';
import type { CheckResult } from '../doctor/check.ts';
import type { Done, FoundCase, JobOrder, WorkerMessage } from './job.ts';
import { parseMessage } from './messages.ts';

/** How a job ended. */
export interface WorkerEnd {
  /** The case it was in, counted from 0; absent: none had begun. */
  readonly lastCase: number | undefined;
  /** What it had found before it ended, unshrunk. */
  readonly found: readonly FoundCase[];
  readonly adapter: string | undefined;
  readonly end:
    | Done
    | { readonly type: 'fault'; readonly code: AdapterFaultCode; readonly message: string };
}

/** Who hears of a worker while it works. */
export interface WorkerListener {
  /** The case that it is in, now and then, and what is done of the whole, from 0 to 1, if it can be told. */
  readonly onCase?: ((number: number, share: number) => void) | undefined;
  readonly onOpened?: (supports: readonly Capability[]) => void;
  readonly onChecked?: (result: CheckResult) => void;
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
const running = new Set<WorkerProcess>();

/** Ends every worker and all that it started. For signals and for the end of this process. */
export function endAllWorkers(): void {
  for (const worker of running) worker.end();
}

/** A worker that has been started. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #patience: Patience;
  readonly #listener: WorkerListener;
  /** Goes into every message, so that a subject in the worker cannot speak for it. */
  readonly #secret = randomUUID();
  readonly #folder = mkdtempSync(join(tmpdir(), 'producer-tck-'));
  readonly #logbook = join(this.#folder, 'case');
  readonly #log: number;
  readonly #found: FoundCase[] = [];
  #adapter: string | undefined;
  #lastCase: number | undefined;
  #quietMs = 0;
  /** What it is doing, for sentences. */
  #task: JobOrder['task'] = 'campaign';
  #settle: ((end: WorkerEnd['end']) => void) | undefined;
  /** For faults of the kit itself, which are never put down to the adapter. */
  #fail: ((error: unknown) => void) | undefined;
  /** Set once it is gone, whether or not anybody was waiting. */
  #gone: WorkerEnd['end'] | undefined;

  constructor(patience: Patience, listener: WorkerListener = {}) {
    this.#patience = patience;
    this.#listener = listener;
    closeSync(openSync(this.#logbook, 'w'));
    this.#log = openSync(this.#logbook, 'r');
    this.#child = fork(fileURLToPath(new URL('./worker-main.js', import.meta.url)), {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      // Cases leave much garbage that dies young; in a larger nursery a fifth of the time is saved.
      execArgv: ['--min-semi-space-size=128', '--max-semi-space-size=256'],
    });
    running.add(this);
    forwardOutput(this.#child);
    this.#child.on('message', (raw) => this.#hear(raw));
    this.#child.once('error', ({ message }) => this.#lose(`its process failed: ${message}`));
    this.#child.once('exit', (code, signal) => this.#lose(this.#howItEnded(code, signal)));
  }

  /** Gives it a job. Resolves when it is done, or has failed; never rejects for what an adapter does, only for a fault of the kit. */
  async ask(order: JobOrder): Promise<WorkerEnd> {
    const end = this.#gone ?? (await this.#watch(order));
    return { lastCase: this.#lastCase, found: this.#found, adapter: this.#adapter, end };
  }

  /** No case after this one is wanted any more. */
  stopBehind(lastWanted: number): void {
    if (this.#child.connected) this.#child.send({ lastWanted });
  }

  /** Ends it, and all that it started: it leads a process group. */
  end(): void {
    if (!running.delete(this)) return;
    if (this.#child.pid !== undefined) {
      try {
        process.kill(-this.#child.pid, 'SIGKILL');
      } catch {
        // The group is gone already.
      }
    }
    closeSync(this.#log);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #watch(order: JobOrder): Promise<WorkerEnd['end']> {
    this.#quietMs = 0;
    this.#task = order.task;
    const poll = setInterval(() => this.#poll(), POLL_MS);
    try {
      return await new Promise((resolve, reject) => {
        this.#settle = resolve;
        this.#fail = reject;
        this.#child.send({ ...order, logbook: this.#logbook, secret: this.#secret });
      });
    } finally {
      clearInterval(poll);
      this.#settle = undefined;
      this.#fail = undefined;
      this.#lastCase = this.#readCase() ?? this.#lastCase;
    }
  }

  #poll(): void {
    const now = this.#readCase();
    if (now !== this.#lastCase) {
      this.#lastCase = now;
      this.#quietMs = 0;
      if (now !== undefined) this.#listener.onCase?.(now, this.#readNumber(1) ?? 0);
      return;
    }
    this.#quietMs += POLL_MS;
    const limitMs = this.#lastCase === undefined ? this.#patience.loadMs : this.#patience.caseMs;
    if (this.#quietMs >= limitMs) this.#settle?.(hung(this.#where(this.#lastCase), limitMs));
  }

  #hear(raw: unknown): void {
    let message: WorkerMessage | undefined;
    try {
      message = parseMessage(raw, this.#secret);
    } catch (error) {
      return this.#fail?.(error);
    }
    switch (message?.type) {
      case undefined:
        return;
      case 'found':
        this.#found.push(message.found);
        return;
      case 'checked':
        return this.#listener.onChecked?.(message.result);
      case 'opened':
        this.#adapter = message.adapter;
        return this.#listener.onOpened?.(message.supports);
      case 'done':
      case 'fault':
        return this.#settle?.(message);
    }
  }

  #lose(how: string): void {
    this.#gone ??= fault('exited', how);
    this.#settle?.(this.#gone);
  }

  #howItEnded(code: number | null, signal: string | null): string {
    const lastCase = running.has(this) ? this.#readCase() : this.#lastCase;
    const how = signal ? `was killed by ${signal}` : `ended with code ${code}`;
    const where = this.#where(lastCase);
    const when = where === undefined ? 'while it was loaded' : `in ${where}`;
    const why = 'it must neither end the process nor await what never comes';
    return `its process ${how} ${when}; ${why}`;
  }

  #where(lastCase: number | undefined): string | undefined {
    if (lastCase === undefined) return undefined;
    return this.#task === 'shrink' ? 'a case that was being shrunk' : `case ${lastCase + 1}`;
  }

  #readCase(): number | undefined {
    return this.#readNumber(0);
  }

  /** The logbook holds two numbers: the case, and what is done of the whole. */
  #readNumber(at: 0 | 1): number | undefined {
    const buffer = Buffer.alloc(8);
    try {
      return readSync(this.#log, buffer, 0, 8, 8 * at) === 8 ? buffer.readDoubleLE(0) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** What may still be printed: a limit for all workers together. */
let left = STDOUT_LIMIT_BYTES;

/** What the adapter prints goes to stderr, up to a limit: stdout belongs to the report. */
function forwardOutput(worker: ChildProcess): void {
  worker.stdout?.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    process.stderr.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) process.stderr.write('\n[the adapter prints too much; the rest is not shown]\n');
  });
}

function hung(where: string | undefined, limitMs: number): WorkerEnd['end'] {
  const seconds = `${limitMs / 1000} s`;
  const what =
    where === undefined
      ? `it was not loaded and opened within ${seconds}`
      : `${where} did not end within ${seconds}: it blocks the event loop`;
  return fault('hung', what);
}

function fault(code: AdapterFaultCode, message: string): WorkerEnd['end'] {
  return { type: 'fault', code, message };
}
