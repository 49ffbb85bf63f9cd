// The package as a user gets it: packed, unpacked into an empty project, and used from there. Its dependencies are
// linked, so that no registry is needed.
import { execFile, execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const project = realpathSync(mkdtempSync(join(tmpdir(), 'producer-tck-consumer-')));
const modules = join(project, 'node_modules');
const installed = join(modules, 'producer-tck');
let packed: string[] = [];

interface Outcome {
  readonly code: number;
  readonly out: string;
}

function run(program: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, GITHUB_ACTIONS: '', VITEST: '', NO_COLOR: '1' };
    const options = { cwd: project, env, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [program, ...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out: out + err });
    });
  });
}

const cli = (...args: string[]) => run(join(installed, 'dist/conformance/cli/cli.js'), ...args);
const tool = (path: string, ...args: string[]) => run(join(ROOT, 'node_modules', path), ...args);

/** Has the written test run fewer cases; `.ci/deeper` runs as many as it would. */
function shorten(name: string): void {
  const text = readFileSync(join(project, name), 'utf8');
  writeFileSync(join(project, name), text.replace('seed: 1,', 'seed: 1, cases: 400,'));
}

const STRICT: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  types: [],
  noEmit: true,
  verbatimModuleSyntax: true,
};

/** What the compiler has against a file, and against our declarations; those of the tools behind them are not ours. */
function complaintsOf(file: string): string[] {
  const program = ts.createProgram([file], STRICT);
  const ours = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(project));
  const all = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...ours.flatMap((one) => [
      ...program.getSyntacticDiagnostics(one),
      ...program.getSemanticDiagnostics(one),
    ]),
  ];
  return all.map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n'));
}

beforeAll(() => {
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', project];
  const [tarball] = JSON.parse(
    execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as [{ filename: string; files: { path: string }[] }];
  packed = tarball.files.map(({ path }) => path);
  mkdirSync(installed, { recursive: true });
  const archive = join(project, tarball.filename);
  execFileSync('tar', ['-xzf', archive, '--strip-components=1', '-C', installed]);
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), 'vitest', '@types/node']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
}, 60_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the package', () => {
  it('has types that resolve in a strict project', () => {
    writeFileSync(
      join(project, 'consumer.ts'),
      `import { conform, defineAdapter, exitCode, scenarios, type Report } from 'producer-tck';
       import type { ProducerAdapter } from 'producer-tck/conformance';
       import { overNetwork, serveAdapter } from 'producer-tck/net';
       import { Connection, InMemoryBroker } from 'producer-tck/reference';
       import { check, STRICT, type RuleResult } from 'producer-tck/spec';
       export const adapter: ProducerAdapter = defineAdapter({
         name: 'mine',
         supports: ['window'],
         open: ({ settings, broker }) => {
           const producer = new Connection(broker, settings).createSession().createProducer();
           return { send: (message, options) => producer.send(message, options), close: async () => {} };
         },
       });
       export const overNet: ProducerAdapter = overNetwork({
         name: 'mine',
         supports: [],
         speaks: 'stomp',
         open: ({ host, port }) => ({ send: async () => void [host, port], close: async () => {} }),
       });
       export const serve = () => serveAdapter(overNet);
       export const results: RuleResult[] = check(STRICT, []);
       export const report: Promise<Report> = conform({ adapter: 'reference', rules: ['WIN-1'] });
       export const code: Promise<0 | 1 | 2 | 3> = report.then(exitCode);
       export const all = [scenarios(), new InMemoryBroker()];
       // @ts-expect-error: no such capability
       export const wrong = defineAdapter({ ...adapter, supports: ['teleport'] });`,
    );
    expect(complaintsOf(join(project, 'consumer.ts'))).toEqual([]);
  });

  it('has a specification and a reference that run where there is no Node', async () => {
    const { outputFiles, metafile } = await build({
      stdin: {
        contents: `import { Connection, InMemoryBroker } from 'producer-tck/reference';
          import { check, STRICT } from 'producer-tck/spec';
          export async function play() {
            const broker = new InMemoryBroker();
            const producer = new Connection(broker, {}).createSession().createProducer('q');
            const message = { id: 'm1', size: 1, deliveryMode: 'persistent', priority: 4, timeToLiveMs: 0 };
            await producer.send(message);
            const settings = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0, destination: 'q' };
            const results = check(STRICT, [
              { event: 'open', settings },
              { event: 'invoke', op: 1, action: 'send', message },
              { event: 'return', op: 1 },
            ]);
            return results.filter(({ verdict }) => verdict === 'violated').map(({ id }) => id).join();
          }`,
        resolveDir: project,
      },
      bundle: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'bundle',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    const foreign = Object.keys(metafile.inputs).filter((path) => path.includes('/conformance/'));
    expect(foreign).toEqual([]);
    // Only what every browser has; an empty context has neither process nor require.
    const { AbortController, AbortSignal, DOMException, queueMicrotask } = globalThis;
    const web = {
      AbortController,
      AbortSignal,
      DOMException,
      queueMicrotask,
      setTimeout,
      clearTimeout,
    };
    const source = `${outputFiles[0]?.text}; bundle.play()`;
    expect(await runInNewContext(source, web)).toBe('SYN-1');
  });

  it('holds what it needs: no tests, no sources but the examples, nothing internal', () => {
    const sources = packed.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
    expect(sources.filter((path) => !path.startsWith('docs/examples/'))).toEqual([]);
    const given = 'docs/examples/producer-adapter.test.ts';
    expect(
      packed.filter((path) => /\.test\.|fixtures|mutants|buildinfo/.test(path) && path !== given),
    ).toEqual([]);
    expect(packed).toContain('dist/conformance/vitest.d.ts');
    const declarations = packed.filter((path) => path.endsWith('.d.ts'));
    const internal = (path: string) =>
      readFileSync(join(installed, path), 'utf8').includes('@internal');
    expect(declarations.filter(internal)).toEqual([]);
  });

  it('writes an adapter and its test, and does not overwrite them', async () => {
    expect(await cli('init')).toMatchObject({ code: 0 });
    const again = await cli('init');
    expect(again.out).toMatch(/\.\/producer-adapter\.ts already exists; nothing was written/);
    expect(again.code).toBe(2);
    const doctor = await cli('doctor', './producer-adapter.ts');
    expect(doctor.out).toContain('is sound');
  });

  it('gives each rule a test: one that passes, is skipped, or fails with the counterexample', async () => {
    shorten('producer-adapter.test.ts');
    mkdirSync(join(project, 'broken'));
    const adapter = readFileSync(join(project, 'producer-adapter.ts'), 'utf8');
    const broken = adapter.replace('if (mustWait) await', 'void');
    writeFileSync(join(project, 'broken/adapter.ts'), broken);
    writeFileSync(
      join(project, 'broken/known.json'),
      '{"deviations":[{"rule":"SYN-1","reason":"it never waits"}]}',
    );
    writeFileSync(
      join(project, 'broken/broken.test.ts'),
      `import { conformanceTests } from 'producer-tck/vitest';
       const adapter = new URL('adapter.ts', import.meta.url);
       const run = { seed: 1, cases: 50, rules: ['SYN-1', 'SYN-5'] } as const;
       conformanceTests(adapter, run);
       conformanceTests(adapter, { ...run, baseline: new URL('known.json', import.meta.url) });`,
    );
    const { code, out } = await tool('vitest/vitest.mjs', 'run', '--reporter=verbose');
    // The adapter and the test that `init` wrote.
    const asWritten = out.split('\n').filter((line) => line.includes(' producer-adapter.test.ts'));
    const sync = 'SYN-1 A persistent send outside a transaction blocks until it is acked.';
    expect(asWritten).toContainEqual(expect.stringMatching(RegExp(`✓ .*${sync}`)));
    expect(asWritten).toContainEqual(
      expect.stringMatching(/↓ .*WIN-1 .*capability "window" is not declared/),
    );
    expect(asWritten.filter((line) => /^\W*(×|FAIL)/.test(line))).toEqual([]);
    // The broken one, without a baseline and with one.
    expect(code).toBe(1);
    expect(out).toMatch(/× .*SYN-1 /);
    expect(out).toMatch(/> \d return {6}#1 {3}<- SYN-1|> +\d+ {2}return +#1 +<- SYN-1/);
    expect(out).toMatch(/↓ .*SYN-1 .*known deviation: it never waits/);
  });
});
