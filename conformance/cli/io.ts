// What a command reads and writes beside files: its streams, colours, progress, and Ctrl-C.
import { endAllWorkers } from '../engine/supervise.ts';

/** A stream to print on. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What a command line runs on: a process, or a test. */
export interface Io {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether colours are wanted on a stream: on a terminal only, unless the environment says otherwise (no-color.org,
 * force-color.org). `NO_COLOR` wins over `FORCE_COLOR`, and both over the terminal.
 */
export function coloured({ isTTY }: Pick<Output, 'isTTY'>, env: Io['env']): boolean {
  if (env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return isTTY === true && env['TERM'] !== 'dumb';
}

/** Progress of what takes over a second, on a terminal only. `total`: cases, if known beforehand. */
export function showProgress(err: Output, total?: number) {
  const startedMs = performance.now();
  let shown = false;
  return {
    show: (cases: number, share = 0) => {
      if (!err.isTTY || performance.now() - startedMs < 1_000) return;
      shown = true;
      const text = total === undefined ? runText(cases, share) : caseText(cases, total);
      err.write(`\r\u001b[2K${text}`);
    },
    clear: () => {
      if (shown) err.write('\r\u001b[2K');
      shown = false;
    },
  };
}

function caseText(cases: number, total: number): string {
  return cases < total ? `case ${cases} of ${total}` : 'shrinking';
}

function runText(runs: number, share: number): string {
  return `run ${(runs + 1).toLocaleString('en')}, about ${Math.floor(share * 100)}% done`;
}

/** On Ctrl-C nothing that the command started is left behind. */
export function stopOnSignals(): () => void {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  const handlers = Object.entries(codes).map(([signal, code]) => {
    const handler = () => {
      endAllWorkers();
      process.exit(code);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
