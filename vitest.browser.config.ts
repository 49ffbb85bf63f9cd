// Tests that need a real Chromium (apt-get install chromium, or CHROMIUM=path). Run by `npm run test:browser`.
import { mergeConfig } from 'vitest/config';
import shared from './vitest.config.ts';

export default mergeConfig(
  { ...shared, test: { ...shared.test, include: [], exclude: [] } },
  { test: { include: ['**/*.browser.test.ts'], exclude: ['node_modules', 'dist'] } },
);
