// Exhaustive runs on the built command line: the verdict states its bound, and options are not ignored.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../report/report.ts';

const CLI = fileURLToPath(new URL('../../dist/conformance/cli/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'producer-tck-exhaustive-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, 'run', ...args], { cwd: folder }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

const SCOPE = JSON.stringify({
  windowSize: 2,
  sizes: [1],
  kinds: ['async'],
  operations: [],
  pauses: ['settle'],
  senders: { count: 2, messages: 1 },
});

describe('run --exhaustive', () => {
  it('says what was run, within which scope, on what assumptions', async () => {
    writeFileSync(join(folder, 'scope.json'), SCOPE);
    const rules = ['WIN-1', 'ASY-1'].flatMap((id) => ['--rule', id]);
    const scope = ['--depth', '4', '--scope', 'scope.json', '--json', 'report.json'];
    const { code, out } = await run('reference', '--exhaustive', ...scope, ...rules);
    expect(code).toBe(0);
    // Send, send, then acks in either order; or an ack between the two sends.
    expect(out).toContain('9 scenarios in 3 runs');
    expect(out).toContain(
      'every scenario of up to 4 steps was run, which is 6 interleavings of the senders, and none breaks a rule',
    );
    expect(out).toContain(
      'scope: window 2 bytes; sends of 1 byte (async); 2 senders with 1 message',
    );
    expect(out).toContain('assuming that the producer does not look at who calls');
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
    expect(report.exhaustive).toMatchObject({
      depth: 4,
      complete: true,
      runs: 3,
      scenarios: 9,
      interleavings: 6,
      scope: JSON.parse(SCOPE) as object,
    });
  });

  it('finds a violation by its shortest scenario, and says that it is minimal', async () => {
    const source = `export default { name: 'hasty', supports: [], open: ({ broker }) => ({
      async send(message) { void broker.receive({ type: 'message', message }); },
      async close() {},
    }) };`;
    writeFileSync(join(folder, 'hasty.mjs'), source);
    const page = ['--html', 'hasty.html'];
    const { code, out } = await run('./hasty.mjs', '--exhaustive', '--depth', '2', ...page);
    expect(code).toBe(1);
    expect(out).toContain('steps was run, and some break');
    expect(out).toContain('Minimal: no shorter one exists within this scope: no window;');
    const html = readFileSync(join(folder, 'hasty.html'), 'utf8');
    expect(html).toContain('every scenario of up to 2 steps');
    expect(html).toContain('Minimal: no shorter one exists within this scope');
  });

  it.each([
    [['--exhaustive'], /--exhaustive needs --depth N/],
    [['--depth', '3'], /--depth is for --exhaustive runs/],
    [['--scope', SCOPE], /--scope is for --exhaustive runs/],
    [['--exhaustive', '--depth', '0'], /--depth 0 is no whole number from 1 to 100/],
    [['--exhaustive', '--depth', '99999999999'], /is no whole number from 1 to 100/],
    [['--exhaustive', '--depth', '2', '--cases', '9'], /--cases has no meaning with --exhaustive/],
    [['--exhaustive', '--depth', '2', '--scope', 'none.json'], /there is no such file/],
    [['--exhaustive', '--depth', '2', '--scope', '{'], /is no JSON/],
    [['--exhaustive', '--depth', '2', '--scope', '[]'], /--scope: windowSize: /],
    [['--exhaustive', '--depth', '2', '--scope', '{"windowSize":-1}'], /--scope: windowSize:/],
  ])('explains a mistake in %j', async (args, sentence) => {
    const { code, err } = await run('reference', ...args);
    expect(err).toMatch(sentence);
    expect(code).toBe(2);
  });

  it('is for adapters in process', async () => {
    const { code, err } = await run('exec:true', '--exhaustive', '--depth', '2');
    expect(err).toContain('--exhaustive is for adapters in process');
    expect(code).toBe(2);
  });
});
