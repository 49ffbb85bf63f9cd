// One test for each rule that applies to your producer: npx vitest run producer-adapter
import { conformanceTests } from 'producer-tck/vitest';

conformanceTests(new URL('producer-adapter.ts', import.meta.url), {
  // The same cases every time; leave it out to draw new ones in every run.
  seed: 1,
  // What is known to be broken, and for how long: see docs/adapter.md of producer-tck.
  // baseline: new URL('known-deviations.json', import.meta.url),
});
