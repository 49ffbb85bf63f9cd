// The version of this kit, by the package's own name, so that sources and build find the same file.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Such as `0.1.0`. */
export const VERSION: string = (require('producer-tck/package.json') as { version: string })
  .version;
