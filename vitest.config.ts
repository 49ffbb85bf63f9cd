import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Some of the tests; `isolate`: whether each file has a process of its own. */
const some = (
  name: string,
  include: string,
  { exclude = [], isolate = true }: { exclude?: string[]; isolate?: boolean } = {},
): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include: [include], exclude, isolate },
});

/** What `init` writes runs in a project of its own: see consumer.test.ts. */
const ELSEWHERE = ['**/*.browser.test.ts', 'docs/examples/producer-adapter.test.ts'];

/** In mode `browser` (`npm run test:browser`): the tests that need a real Chromium, and no others. */
export default defineConfig(({ mode }) => ({
  resolve: {
    alias: [
      { find: /^producer-tck\/spec$/, replacement: at('./spec/index.ts') },
      { find: /^producer-tck\/reference$/, replacement: at('./reference/index.ts') },
      { find: /^producer-tck\/net$/, replacement: at('./conformance/net/index.ts') },
      { find: /^producer-tck$/, replacement: at('./conformance/index.ts') },
    ],
  },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: availableParallelism(),
    // Cases leave much garbage that dies young.
    execArgv: ['--min-semi-space-size=64', '--max-semi-space-size=128'],
    projects:
      mode === 'browser'
        ? [some('browser', '{conformance,docs}/**/*.browser.test.ts')]
        : [
            some('kit', '{conformance,docs}/**/*.test.ts', { exclude: ELSEWHERE }),
            // The law and the reference take nothing over in their process.
            some('law', '{spec,reference}/**/*.test.ts', { isolate: false }),
          ],
  },
}));
