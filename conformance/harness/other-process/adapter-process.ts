// An adapter's process: started by the shell, spoken to in lines, and ended for certain. What the
// lines mean is the conversation's business.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { AdapterFault } from '../harness.ts';
import { realDelay } from '../in-process/virtual-time.ts';
import { LineSplitter } from './json-lines.ts';

/** Milliseconds given to each way of ending the process, the politest first. Default. */
const END_MS = 1_000;
/** Milliseconds between the end of a process and that of its output, at most. */
const LAST_WORDS_MS = 500;

/** Who hears what an adapter says. */
export interface LineListener {
  line(line: string): void;
  /** Nothing more will come. */
  fault(fault: AdapterFault): void;
}

/** The lines to an adapter. */
export interface Lines {
  write(line: string): void;
  /** Resolves when nothing more can come. */
  end(): Promise<void>;
}

/** A running adapter. */
export class AdapterProcess implements Lines {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #listener: LineListener;
  readonly #splitter = new LineSplitter('it');
  readonly #exited: Promise<void>;
  readonly #endMs: number;
  #isEnding = false;

  /**
   * Starts a command. It joins the process group of the kit's own process, so that whatever ends
   * the group ends it, and all that it started, too. `endMs`: given to each way of ending it.
   */
  constructor(command: string, listener: LineListener, endMs = END_MS) {
    if (command.trim() === '')
      throw new AdapterFault(
        'not-found',
        'exec: names no command; give one, such as exec:python3 adapter.py',
      );
    this.#listener = listener;
    this.#endMs = endMs;
    this.#child = spawn(inPlaceOfShell(command), {
      shell: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', () => resolve());
    });
    this.#child.stdin.on('error', () => {}); // A process that is gone is noticed by its exit.
    this.#child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#child.once('error', ({ message }) => this.#gone(`could not be started: ${message}`));
    this.#child.once('close', () => this.#gone(this.#howItEnded()));
    this.#child.stdout.once('end', () => this.#afterLastWords());
    this.#child.once('exit', () => this.#afterLastWords());
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Ends its input, then asks it to end, then ends it. Resolves when it has ended. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#child.stdin.end();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await this.#hasExited()) break;
      this.#child.kill(signal);
    }
    await this.#hasExited();
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
  }

  /** Whether it has ended, which is waited for a while. */
  async #hasExited(): Promise<boolean> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return true;
    const hasExited = this.#exited.then(() => true);
    return Promise.race([hasExited, realDelay(this.#endMs).then(() => false)]);
  }

  /**
   * A line is heard two turns of the event loop after it was read: whatever the adapter sent to the
   * broker before it wrote the line is ready to be read then, and comes first.
   */
  #read(chunk: Buffer): void {
    if (this.#isEnding) return;
    let lines: string[] = [];
    let fault: unknown;
    try {
      lines = this.#splitter.push(chunk);
    } catch (error) {
      fault = error;
    }
    inTwoTurns(() => {
      for (const line of lines) this.#listener.line(line);
      if (fault) this.#listener.fault(fault as AdapterFault);
    });
  }

  /**
   * The output may outlive the process, in the hands of what it started, and the other way round.
   */
  #afterLastWords(): void {
    void realDelay(LAST_WORDS_MS).then(() => this.#gone(this.#howItEnded()));
  }

  #howItEnded(): string {
    const { exitCode, signalCode } = this.#child;
    if (signalCode !== null) return `was killed by ${signalCode}`;
    return exitCode === null ? 'closed its standard output' : `ended with code ${exitCode}`;
  }

  #gone(how: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const rest = this.#splitter.rest();
    const inLine = rest === '' ? '' : `, in the middle of the line ${rest}`;
    inTwoTurns(() =>
      this.#listener.fault(new AdapterFault('exited', `its process ${how}${inLine}`)),
    );
  }
}

/**
 * A simple command takes the place of the shell, so that signals reach it, and not the shell alone.
 */
function inPlaceOfShell(command: string): string {
  const isSimple = PROGRAM.test(command) && !/[;&|<>()`\n]/.test(command);
  return isSimple && process.platform !== 'win32' ? `exec ${command}` : command;
}

/** A program's path, plain or in quotes; neither an assignment nor a lone dot. */
const PROGRAM = /^(?:[\w/~-][\w./~-]*|"[^"$\\]+"|'[^']+')(?:\s|$)/;

function inTwoTurns(run: () => void): void {
  setImmediate(() => setImmediate(run));
}
