import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** In mode `browser` (`npm run test:browser`): the tests that need a real Chromium, and no others. */
export default defineConfig(({ mode }) => ({
  resolve: {
    alias: [
      { find: /^producer-tck\/spec$/, replacement: at('./spec/index.ts') },
      { find: /^producer-tck\/reference$/, replacement: at('./reference/index.ts') },
      { find: /^producer-tck$/, replacement: at('./conformance/index.ts') },
    ],
  },
  test: {
    include: [
      `{spec,reference,conformance,docs}/**/*${mode === 'browser' ? '.browser' : ''}.test.ts`,
    ],
    // What `init` writes runs in a project of its own: see consumer.test.ts.
    exclude:
      mode === 'browser' ? [] : ['**/*.browser.test.ts', 'docs/examples/producer-adapter.test.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: availableParallelism(),
  },
}));
