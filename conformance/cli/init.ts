// `producer-tck init`: writes a commented adapter and its test, which pass as they are. Never overwrites.
import { copyFileSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { InputError } from '../formats/json.ts';
import type { Output } from './io.ts';

const FILES = ['producer-adapter.ts', 'producer-adapter.test.ts'] as const;
const require = createRequire(import.meta.url);

/** Writes the files into a folder; the exit code is 0. */
export function initCommand(folder: string, out: Output): number {
  const examples = join(dirname(require.resolve('producer-tck/package.json')), 'docs', 'examples');
  const targets = FILES.map((name) => join(resolve(folder), name));
  const known = targets.find((target) => existsSync(target));
  if (known !== undefined)
    throw new InputError(`${shown(known)} already exists; nothing was written`);
  try {
    mkdirSync(resolve(folder), { recursive: true });
    FILES.forEach((name, at) => {
      copyFileSync(join(examples, name), targets[at]!, constants.COPYFILE_EXCL);
    });
  } catch (error) {
    throw new InputError(`${folder} cannot be written to: ${(error as Error).message}`);
  }
  const [adapter, test] = targets.map(shown);
  const lines = [
    `Written: ${adapter}`,
    `         ${test}`,
    '',
    'Next:',
    `  npx producer-tck doctor ${adapter}`,
    `  npx producer-tck run ${adapter}`,
    `  npx vitest run ${test}${hasVitest() ? '' : '   (npm install --save-dev vitest)'}`,
  ];
  out.write(`${lines.join('\n')}\n`);
  return 0;
}

/** Relative paths with a dot in front, so that they can be pasted. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : `./${short}`;
}

function hasVitest(): boolean {
  try {
    return readFileSync('package.json', 'utf8').includes('"vitest"');
  } catch {
    return false;
  }
}
