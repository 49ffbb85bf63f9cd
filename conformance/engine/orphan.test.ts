import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Job } from './job.ts';
import { jobOf } from './conform.ts';

const WORKER = fileURLToPath(
  new URL('../../dist/conformance/engine/worker-main.js', import.meta.url),
);

it('a worker ends in the middle of its cases when nobody waits for it any more', async () => {
  const logbook = join(mkdtempSync(join(tmpdir(), 'producer-tck-')), 'logbook');
  const job: Job = { ...jobOf({ adapter: 'reference', cases: 10_000_000 }), secret: 's', logbook };
  const worker = fork(WORKER);
  worker.send(job);
  await once(worker, 'message');
  worker.disconnect();
  expect(await once(worker, 'exit')).toEqual([1, null]);
}, 20_000);
