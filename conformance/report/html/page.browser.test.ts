// The report in a real Chromium: it looks right in every view, one can step through it by pointer and by
// key, and a hostile adapter runs nothing. Run by `npm run test:browser`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { History } from '../../../spec/events/history.ts';
import { ack, history, sent } from '../../../spec/examples/builder.ts';
import { openFile, overflow, startChromium, VIEWS, type View } from '../../fixtures/chromium.ts';
import { counterexampleOf, findingOf, reportOf, ruleReport } from '../../fixtures/reports.ts';
import { reportPage } from './page.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const NAME = `</title><script>globalThis.ran=1</script><img src=x onerror="globalThis.ran=1">racy`;
const WIDE: View = { width: 1280, scheme: 'light' };

const folder = mkdtempSync(join(tmpdir(), 'producer-tck-page-'));
const report = join(folder, 'report.html');
let browser: Browser;

/** Too wide for a narrow screen: sends that are answered, before the two that overflow the window. */
function longHistory(): History {
  const events = counterexampleOf('WIN-1').history;
  const before = [11, 12, 13, 14, 15].map((op) => [sent(op, `m${op}`), ack(`m${op}`)]);
  return history(events.slice(0, 1), before, events.slice(1));
}

/** A finding of every kind, by an adapter that says what would run if it could. */
function hostileReport() {
  const events = longHistory();
  const replay = `npx producer-tck run ${NAME} --replay '{"rule":"WIN-1"}'`;
  const changes = { history: events, at: events.length - 1, explanation: NAME, replay };
  const counterexample = counterexampleOf('WIN-1', changes);
  const hypothesis = { rule: 'WIN-9', text: 'refused messages kept their space' } as const;
  const findings = [
    findingOf('WIN-1', { hypothesis, alsoBroken: ['ORD-1'], counterexample }),
    findingOf('SYN-1', { candidates: ['SYN-1', 'SYN-5'] }),
  ];
  const open = { reason: 'timed out, unconfirmed', counterexample: counterexampleOf('WIN-5') };
  const rules = [
    ruleReport('WIN-1', 'violated', { counterexample }),
    ruleReport('WIN-9', 'violated', { counterexample }),
    ruleReport('ORD-1', 'inconclusive', { counterexample, reason: 'broken with WIN-1' }),
    ruleReport('SYN-1', 'violated'),
    ruleReport('SYN-5', 'violated', { counterexample: counterexampleOf('SYN-1') }),
    ruleReport('WIN-5', 'inconclusive', open),
    ruleReport('ASY-1', 'satisfied'),
  ];
  return reportOf(rules, { adapter: NAME, findings });
}

beforeAll(async () => {
  writeFileSync(report, reportPage(hostileReport()));
  browser = await startChromium();
}, 60_000);

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the report, or another page, and closes it again whatever happens. */
async function viewing(
  view: View,
  look: (page: Page, misdeeds: readonly string[]) => Promise<void>,
  file = report,
): Promise<void> {
  const { page, misdeeds } = await openFile(browser, file, view);
  try {
    await look(page, misdeeds);
  } finally {
    await page.context().close();
  }
}

/** The event that is current in the timeline of a rule. */
function current(page: Page, rule: string) {
  return page.locator(`#${rule} [aria-current=step] button`);
}

describe.each(VIEWS)('at $width pixels, $scheme', (view) => {
  it('runs nothing of the adapter, loads nothing, and fits', () =>
    viewing(view, async (page, misdeeds) => {
      expect(await page.locator('h1').textContent()).toBe(NAME);
      expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
      expect(await overflow(page)).toBe(0);
      expect(misdeeds).toEqual([]);
    }));

  it('has no fault that axe finds', () =>
    viewing(view, async (page) => {
      await page.evaluate(AXE);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }));
});

describe('the timeline', () => {
  it('opens at the breaking moment, in the list and in the drawing', () =>
    viewing(WIDE, async (page) => {
      expect(await current(page, 'WIN-1').textContent()).toContain('breaks WIN-1');
      const flag = await page.locator('#WIN-1 .trace .breach').boundingBox();
      const cursor = await page.locator('#WIN-1 .trace .cursor').boundingBox();
      expect(cursor?.x).toBe(flag?.x);
    }));

  it('shows the breaking moment on a narrow screen without being scrolled', () =>
    viewing({ width: 390, scheme: 'light' }, async (page) => {
      for (const rule of await page.locator('.finding').all()) {
        const flag = await rule.locator('.trace .flag').boundingBox();
        expect(flag?.x).toBeGreaterThan(0);
        expect((flag?.x ?? 0) + (flag?.width ?? 0)).toBeLessThan(390);
      }
    }));

  it('is stepped through by clicking the drawing and by the arrow keys', () =>
    viewing(WIDE, async (page) => {
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
    }));

  it('is one stop for the tab key, however many events it has', () =>
    viewing(WIDE, async (page) => {
      await page.locator('#WIN-1 .canvas').focus();
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(
        'breaks WIN-1',
      );
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Copy');
    }));

  it('gives the command that replays the case', () =>
    viewing(WIDE, async (page) => {
      await page.locator('#WIN-1 .copy').click();
      await page.locator('#WIN-1 .copy', { hasText: 'Copied' }).waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toMatch(/^npx producer-tck run .* --replay '\{"rule":"WIN-1"/);
    }));

  it('is reached from the list of violations and from the table of rules', () =>
    viewing(WIDE, async (page) => {
      for (const list of ['.jump', '.rules']) {
        await page.locator(`${list} a`, { hasText: 'WIN-5' }).click();
        const top = (await page.locator('#WIN-5').boundingBox())?.y ?? -1;
        expect(top).toBeGreaterThanOrEqual(0);
        expect(top).toBeLessThan(900);
      }
    }));
});

describe('the policy of the page', () => {
  it('stops a script, a handler and a style that got in all the same', async () => {
    const broken = join(folder, 'broken.html');
    const intruder = `<script>ran = 1</script><img src="x" onerror="ran = 1"><style>h1 { color: red }</style>`;
    writeFileSync(broken, readFileSync(report, 'utf8').replace('<main>', `<main>${intruder}`));
    const look = async (page: Page, misdeeds: readonly string[]) => {
      expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
      const colour = await page.locator('h1').evaluate((node) => getComputedStyle(node).color);
      expect(colour).not.toBe('rgb(255, 0, 0)');
      expect(misdeeds.some((text) => text.includes('Content Security Policy'))).toBe(true);
    };
    await viewing(WIDE, look, broken);
  });
});

describe('on paper', () => {
  it('is light, and no drawing is cut off', () =>
    viewing({ width: 800, scheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const page_ = await page
        .locator('body')
        .evaluate((node) => getComputedStyle(node).backgroundColor);
      expect(page_).toBe('rgb(255, 255, 255)');
      for (const canvas of await page.locator('.canvas').all()) {
        const [inner, outer] = await canvas.evaluate((node) => [
          node.scrollWidth,
          node.clientWidth,
        ]);
        expect(inner).toBeLessThanOrEqual(outer ?? 0);
      }
    }));
});
