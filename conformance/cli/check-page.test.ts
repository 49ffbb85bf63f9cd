// `--html` of each command, on the built command line: the page is written and says what was found.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../spec/examples.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';

const CLI = fileURLToPath(new URL('../../dist/conformance/cli/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'producer-tck-html-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): Promise<{ code: number; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { cwd: folder }, (error, _out, err) => {
      resolve({ code: error ? Number(error.code) : 0, err });
    });
  });
}

function write(name: string, events: readonly HistoryEvent[]): void {
  const lines = events.map((event) => JSON.stringify(event));
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
}

function page(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

const violation = (id: string) => EXAMPLES[id]?.violation ?? [];
const witness = (id: string) => EXAMPLES[id]?.witness ?? [];

describe('check --html', () => {
  it('draws the case that breaks a rule, though others stand before and after it', async () => {
    write('three.jsonl', [...witness('WIN-2'), ...violation('WIN-1'), ...witness('WIN-2')]);
    expect((await run('check', 'three.jsonl', '--html', 'three.html')).code).toBe(1);
    const html = page('three.html');
    expect(html).toContain('<h1>three.jsonl</h1>');
    expect(html.match(/<article/g)).toHaveLength(1);
    expect(html).toContain('m2 admitted, 12 bytes are unanswered, the limit is 10.');
    expect(html).toMatch(/class="number broken"[^>]*>5</);
    expect(html).toContain(`line ${witness('WIN-2').length + 5}`);
    expect(html).not.toContain('class="replay"');
  });

  it('says so where nothing is broken', async () => {
    write('good.jsonl', witness('SYN-1'));
    expect((await run('check', 'good.jsonl', '--html', 'good.html')).code).toBe(0);
    expect(page('good.html')).toContain('class="verdict good">no rule broken<');
    expect(page('good.html')).not.toContain('<article');
  });

  it('says which file could not be written', async () => {
    const { code, err } = await run('check', 'good.jsonl', '--html', 'no/such/folder.html');
    expect(code).toBe(2);
    expect(err).toMatch(/--html no\/such\/folder\.html could not be written/);
  });
});

describe('run --html', () => {
  it('writes the report of a run, and of a replay', async () => {
    const ran = await run('run', 'reference', '--cases', '20', '--seed', '1', '--html', 'run.html');
    expect(ran.code).not.toBe(2);
    expect(page('run.html')).toContain('<dd>20</dd>');
    const scenario = { do: 'open', settings: { windowSize: 0, useAsyncSend: false } };
    const settings = { ...scenario.settings, alwaysSyncSend: false, sendTimeoutMs: 0 };
    const recorded = { rule: 'SYN-1', scenario: [{ do: 'open', settings, pause: 'settle' }] };
    const line = JSON.stringify(recorded);
    const replayed = await run('run', 'reference', '--replay', line, '--html', 'replay.html');
    expect(replayed).toEqual({ code: 0, err: '' });
    expect(page('replay.html')).toContain('not broken any more');
  });
});
