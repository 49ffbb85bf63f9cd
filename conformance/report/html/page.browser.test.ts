// The report in a real Chromium: it looks right in every view, one can step through it by pointer and by
// key, and a hostile adapter runs nothing. Run by `npm run test:browser`.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile, overflow, startChromium, VIEWS, type View } from '../../fixtures/chromium.ts';

const root = new URL('../../../', import.meta.url);
const at = (path: string) => fileURLToPath(new URL(path, root));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const NAME = `</title><script>globalThis.ran=1</script><img src=x onerror="globalThis.ran=1">racy`;
const WIDE: View = { width: 1280, scheme: 'light' };

const folder = mkdtempSync(join(tmpdir(), 'producer-tck-page-'));
const report = join(folder, 'report.html');
let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
  const adapter = join(folder, 'hostile.mjs');
  const racy = JSON.stringify(at('dist/conformance/fixtures/racy-window.js'));
  writeFileSync(
    adapter,
    `import { racyWindow } from ${racy};
     export default { ...racyWindow, name: ${JSON.stringify(NAME)} };`,
  );
  await new Promise<void>((resolve, reject) => {
    const words = [at('dist/conformance/cli.js'), 'run', adapter, '--seed', '1', '--html', report];
    execFile(process.execPath, words, (error, _out, err) => {
      if (error?.code === 1) resolve();
      else reject(new Error(`expected exit code 1, not ${error?.code}: ${err}`));
    });
  });
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The event that is current in the timeline of a rule. */
function current(page: Page, rule: string) {
  return page.locator(`#${rule} [aria-current=step] button`);
}

describe.each(VIEWS)('at $width pixels, $scheme', (view) => {
  it('runs nothing of the adapter, loads nothing, and fits', async () => {
    const { page, misdeeds } = await openFile(browser, report, view);
    expect(await page.locator('h1').textContent()).toBe(NAME);
    expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
    expect(await overflow(page)).toBe(0);
    expect(misdeeds).toEqual([]);
    await page.context().close();
  });

  it('has no fault that axe finds', async () => {
    const { page } = await openFile(browser, report, view);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await page.context().close();
  });
});

describe('the timeline', () => {
  it('opens at the breaking moment, in the list and in the drawing', async () => {
    const { page } = await openFile(browser, report, WIDE);
    expect(await current(page, 'WIN-1').textContent()).toContain('breaks WIN-1');
    const flag = await page.locator('#WIN-1 .trace .breach').boundingBox();
    const cursor = await page.locator('#WIN-1 .trace .cursor').boundingBox();
    expect(cursor?.x).toBe(flag?.x);
    await page.context().close();
  });

  it('shows the breaking moment on a narrow screen without being scrolled', async () => {
    const { page } = await openFile(browser, report, { width: 390, scheme: 'light' });
    for (const rule of await page.locator('.finding').all()) {
      const flag = await rule.locator('.trace .flag').boundingBox();
      expect(flag?.x).toBeGreaterThan(0);
      expect((flag?.x ?? 0) + (flag?.width ?? 0)).toBeLessThan(390);
    }
    await page.context().close();
  });

  it('is stepped through by clicking the drawing and by the arrow keys', async () => {
    const { page } = await openFile(browser, report, WIDE);
    await page.locator('#WIN-1 .hit[data-at="1"]').click();
    const first = current(page, 'WIN-1');
    expect(await first.getAttribute('data-at')).toBe('1');
    expect(await first.locator('.after').isVisible()).toBe(true);
    const before = await page.locator('#WIN-1 .cursor').getAttribute('x');
    await first.focus();
    await page.keyboard.press('ArrowDown');
    expect(await current(page, 'WIN-1').getAttribute('data-at')).toBe('2');
    expect(await page.locator('#WIN-1 .cursor').getAttribute('x')).not.toBe(before);
    await page.keyboard.press('Home');
    expect(await current(page, 'WIN-1').getAttribute('data-at')).toBe('0');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-at'))).toBe(
      await current(page, 'WIN-1').getAttribute('data-at'),
    );
    await page.context().close();
  });

  it('is one stop for the tab key, however many events it has', async () => {
    const { page } = await openFile(browser, report, WIDE);
    await page.locator('#WIN-1 .canvas').focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(
      'breaks WIN-1',
    );
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Copy');
    await page.context().close();
  });

  it('gives the command that replays the case', async () => {
    const { page } = await openFile(browser, report, WIDE);
    await page.locator('#WIN-1 .copy').click();
    await page.locator('#WIN-1 .copy', { hasText: 'Copied' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^npx producer-tck run .* --replay '\{"rule":"WIN-1"/);
    await page.context().close();
  });

  it('is reached from the list of violations and from the table of rules', async () => {
    const { page } = await openFile(browser, report, WIDE);
    for (const list of ['.jump', '.rules']) {
      await page.locator(`${list} a`, { hasText: 'WIN-5' }).click();
      const top = (await page.locator('#WIN-5').boundingBox())?.y ?? -1;
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top).toBeLessThan(900);
    }
    await page.context().close();
  });
});

describe('the policy of the page', () => {
  it('stops a script, a handler and a style that got in all the same', async () => {
    const broken = join(folder, 'broken.html');
    const intruder = `<script>ran = 1</script><img src="x" onerror="ran = 1"><style>h1 { color: red }</style>`;
    writeFileSync(broken, readFileSync(report, 'utf8').replace('<main>', `<main>${intruder}`));
    const { page, misdeeds } = await openFile(browser, broken, WIDE);
    expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
    const colour = await page.locator('h1').evaluate((node) => getComputedStyle(node).color);
    expect(colour).not.toBe('rgb(255, 0, 0)');
    expect(misdeeds.some((text) => text.includes('Content Security Policy'))).toBe(true);
    await page.context().close();
  });
});

describe('on paper', () => {
  it('is light, and no drawing is cut off', async () => {
    const { page } = await openFile(browser, report, { width: 800, scheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const page_ = await page
      .locator('body')
      .evaluate((node) => getComputedStyle(node).backgroundColor);
    expect(page_).toBe('rgb(255, 255, 255)');
    for (const canvas of await page.locator('.canvas').all()) {
      const [inner, outer] = await canvas.evaluate((node) => [node.scrollWidth, node.clientWidth]);
      expect(inner).toBeLessThanOrEqual(outer ?? 0);
    }
    await page.context().close();
  });
});
