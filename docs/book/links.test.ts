// The link checker: what it must complain of, and what it must not.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { badLinks } from './links.ts';

const folder = mkdtempSync(join(tmpdir(), 'producer-tck-links-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'sub'));
writeFileSync(join(folder, 'sub/other.html'), '<h1 id="here">Other</h1>');

test.each([
  ['<a href="sub/other.html#here">', undefined],
  ['<a href="sub/other.html#there">', 'there is no such place on the page'],
  ['<a href="none.html">', 'there is no such file'],
  ['<a href="sub">', 'it is a folder, which from a disk shows no page'],
  ['<a href="../elsewhere.html">', 'it leads out of the site'],
  ['<a href="#top"><p id="top">', undefined],
  ['<a href="#gone">', 'there is no such place on the page'],
  ['<a href="https://example.org/">', undefined],
  ['<script src="https://example.org/x.js"></script>', 'it is loaded from the network'],
  ['<link rel="stylesheet" href="//example.org/x.css">', 'it is loaded from the network'],
  ['<script>const s = \'<a href="none.html">\';</script>', undefined],
])('%s: %s', (html, why) => {
  writeFileSync(join(folder, 'page.html'), html);
  const found = badLinks(folder, ['page.html']).map((bad) => bad.why);
  expect(found).toEqual(why === undefined ? [] : [why]);
});
