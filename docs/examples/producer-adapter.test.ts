// One test for each rule that applies to your producer: npx vitest run producer-adapter
import { conformanceTests } from 'producer-tck/vitest';

conformanceTests(new URL('producer-adapter.ts', import.meta.url), {
  // Draws the same cases every time. Without a seed, every run draws new ones.
  seed: 1,
  // The rules that you know to be broken, and until when: see docs/adapter.md of producer-tck.
  // baseline: new URL('known-deviations.json', import.meta.url),
});
