// Adapters of this language as processes of their own, over the kit's broker in JSON Lines.
import { afterAll, expect, test } from 'vitest';
import { conform } from '../../dist/conformance/engine/conform.js';
import { Folder } from '../fixtures/command-line.ts';

const BUILT = new URL('../../dist/conformance/', import.meta.url).href;
const folder = new Folder();
afterAll(() => folder.remove());

function served(name: string, adapter: string): string {
  const code = `import { serveAdapter } from '${BUILT}net/index.js';
    import reference from '${BUILT}adapters/reference.js';
    serveAdapter(${adapter});
    console.log('what is printed is not for the kit');`;
  return `exec:${process.execPath} ${folder.write(name, code)}`;
}

test('the reference, served, is accused of nothing', async () => {
  const report = await conform({ adapter: served('sound.mjs', 'reference'), cases: 12, seed: 1 });
  expect(report.error).toBeUndefined();
  const open = report.rules.filter(
    ({ verdict }) => verdict === 'violated' || verdict === 'inconclusive',
  );
  expect(open).toEqual([]);
  expect(report.rules.find(({ id }) => id === 'SYN-1')?.verdict).toBe('satisfied');
});

test.each([
  [
    'silent.mjs',
    `{ ...reference, open: () => Promise.reject(new Error('no licence')) }`,
    /it could not open a producer: no licence/,
  ],
  [
    'rounding.mjs',
    `{ ...reference, chargedSize: ({ size }) => Math.ceil(size / 8) * 8 }`,
    /its process ended with code 1/,
  ],
])('what stands in the way is said: %s', async (name, adapter, sentence) => {
  const report = await conform({ adapter: served(name, adapter), cases: 3, seed: 1 });
  expect(report.verdict).toBe('error');
  expect(report.error?.message).toMatch(sentence);
});
