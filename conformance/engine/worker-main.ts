// The process of a worker: takes jobs from the process that started it, and sends back one last message for each.
// It may hang, crash or be killed at any time; the process that started it notices, and says so.
import { openSync, writeSync } from 'node:fs';
import type { Job, WorkerMessage } from './job.ts';
import { parseOrder } from './messages.ts';
import { Worker, type Logbook } from './worker.ts';

const post = process.send?.bind(process) ?? (() => false);
const exit = process.exit.bind(process);
let worker: Worker | undefined;
let secret = '';
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
  worker ??= new Worker({
    send,
    log: openLogbook(order.logbook),
    lastWanted: () => lastWanted,
  });
  void worker
    .run(order)
    .then((message) => (isAwaited(order, message) ? stayOn(message) : finish(message)));
});

// The process that started it is gone, perhaps killed: nobody reads the outcome any more.
process.on('disconnect', () => exit(1));

/** A campaign is followed by the shrinking of what it found. */
function isAwaited({ task }: Job, { type }: WorkerMessage): boolean {
  return task === 'campaign' && type === 'done';
}

function send(message: WorkerMessage, then: () => void = () => {}): void {
  post({ secret, message }, then);
}

function stayOn(message: WorkerMessage): void {
  process.channel?.ref();
  send(message);
}

function finish(message: WorkerMessage): void {
  send(message, () => exit(0));
}

/** What a dead or hung worker leaves behind: the number of its last case, and what was done of the whole. */
function openLogbook(file: string): Logbook {
  const descriptor = openSync(file, 'w');
  const buffer = Buffer.alloc(16);
  return (number, share = 0) => {
    buffer.writeDoubleLE(number, 0);
    buffer.writeDoubleLE(share, 8);
    writeSync(descriptor, buffer, 0, 16, 0);
  };
}
