// The documentation site in a real Chromium, from the disk: it looks right in every view, search finds,
// and nothing is loaded from anywhere else. Run by `npm run test:browser`, after `npm run docs`.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import {
  openFile,
  overflow,
  startChromium,
  VIEWS,
  type View,
} from '../../conformance/fixtures/chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE: View = { width: 1280, scheme: 'light' };
const NARROW: View = { width: 390, scheme: 'dark' };
const PAGES = [
  'index.html',
  'adapter.html',
  'decision.html',
  'profiles.html',
  'findings.html',
  'mutants.html',
  'rules/index.html',
  'rules/WIN-1.html',
  'rules/TXN-4.html',
  'source/docs/examples/outbox.ts.html',
];

let browser: Browser;
beforeAll(async () => {
  if (!existsSync(at('index.html')))
    throw new Error('there is no docs/site: run `npm run docs` first');
  browser = await startChromium();
});
afterAll(() => browser.close());

function at(path: string): string {
  return fileURLToPath(new URL(`../site/${path}`, import.meta.url));
}

async function open(path: string, view: View): Promise<Page> {
  return (await openFile(browser, at(path), view)).page;
}

describe.each(VIEWS)('at $width pixels, $scheme', (view) => {
  test.each(PAGES)('%s fits, and loads nothing from elsewhere', async (path) => {
    const { page, misdeeds } = await openFile(browser, at(path), view);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(misdeeds).toEqual([]);
    await page.context().close();
  });

  it('shows the API in its own frame, with a way back', async () => {
    const page = await open('api/interfaces/spec.Rule.html', view);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    const back = page.locator('a', { hasText: 'Guide and rule book' }).first();
    await page.goto(new URL((await back.getAttribute('href')) ?? '', page.url()).href);
    expect(await page.locator('h1').textContent()).toBe('What it is, and why');
    await page.context().close();
  });
});

describe.each([WIDE, NARROW])('at $width pixels, $scheme, axe finds no fault in', (view) => {
  test.each(PAGES)('%s', async (path) => {
    const page = await open(path, view);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await page.context().close();
  });
});

describe('search', () => {
  it.each([
    ['window usage never exceeds', 'rules/WIN-1.html'],
    ['win-5', 'rules/WIN-5.html'],
    ['非持久化', 'rules/ASY-1.html'],
    ['github actions', 'ci.html#github-actions'],
    ['defineAdapter', 'api/functions/conformance.defineAdapter.html'],
  ])('finds %s, from a page in a folder, by the keyboard alone', async (words, path) => {
    const page = await open('rules/SYN-1.html', WIDE);
    await page.keyboard.press('/');
    await page.keyboard.type(words);
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('#results [aria-selected=true]').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.href.endsWith(path));
    expect(await page.locator('h1').count()).toBe(1);
    await page.context().close();
  });

  it('says when there is nothing', async () => {
    const page = await open('index.html', NARROW);
    await page.locator('#search').fill('zebra crossing');
    expect(await page.locator('#results').textContent()).toBe('Nothing found.');
    await page.keyboard.press('Escape');
    expect(await page.locator('#results').isVisible()).toBe(false);
    await page.context().close();
  });
});

it('folds the contents away on a small screen', async () => {
  const page = await open('rules/WIN-1.html', NARROW);
  expect(await page.locator('#contents').isVisible()).toBe(false);
  await page.locator('.menu').click();
  expect(await page.locator('.menu').getAttribute('aria-expanded')).toBe('true');
  await page.locator('#contents a', { hasText: 'WIN-2' }).click();
  await page.waitForURL(/WIN-2\.html$/);
  await page.context().close();
});

it('tries the decision table', async () => {
  const page = await open('decision.html', WIDE);
  const output = page.locator('.decide output');
  expect(await output.textContent()).toBe('Row 7: sync. The call returns when acked.');
  await page.getByLabel('a transaction is open').check();
  expect(await output.textContent()).toBe('Row 4: async. The call returns at once.');
  await page.getByLabel('sendTimeoutMs > 0').check();
  expect(await output.textContent()).toMatch(/^Row 2: timed/);
  expect(await page.locator('tr.decides').getAttribute('data-row')).toBe('2');
  await page.context().close();
});

it('draws the history that breaks a rule, and it can be stepped through', async () => {
  const page = await open('rules/WIN-3.html', WIDE);
  const current = page.locator('.timeline').first().locator('[aria-current=step] button');
  expect(await current.textContent()).toContain('breaks WIN-3');
  await current.focus();
  await page.keyboard.press('ArrowUp');
  expect(await current.textContent()).not.toContain('breaks WIN-3');
  await page.context().close();
});
