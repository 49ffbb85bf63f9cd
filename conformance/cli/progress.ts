// What a command shows and heeds while it works: progress on a terminal, and Ctrl-C.
import { endAllWorkers } from '../engine/supervise.ts';

/** Progress for anything over a second, on a terminal only. `total`: cases, if that is known beforehand. */
export function showProgress(total?: number) {
  const startedMs = performance.now();
  let shown = false;
  return {
    show: (cases: number, share = 0) => {
      if (!process.stderr.isTTY || performance.now() - startedMs < 1_000) return;
      shown = true;
      const text = total === undefined ? runText(cases, share) : caseText(cases, total);
      process.stderr.write(`\r\u001b[2K${text}`);
    },
    clear: () => {
      if (shown) process.stderr.write('\r\u001b[2K');
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

/** On Ctrl-C nothing that the run started is left behind. */
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
