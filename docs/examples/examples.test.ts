// Runs the examples: what the guides say about them is what happens.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readHistory } from 'producer-tck';
import { Judge, STRICT } from 'producer-tck/spec';
import { conform } from '../../dist/conformance/index.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ADAPTER = at('outbox-adapter.ts');
const FIXED = at('fixed/');
afterAll(() => rmSync(FIXED, { recursive: true, force: true }));

const GUIDE = readFileSync(at('../adapter.md'), 'utf8');

it('the first adapter finds the fault of the outbox', async () => {
  const report = await conform({ adapter: ADAPTER, cases: 500, seed: 1 });
  expect(report.verdict).toBe('violates');
  const found = report.rules.find(({ id }) => id === 'WIN-1')?.counterexample;
  const said = /with m2 admitted, \d+ bytes are unanswered, the limit is \d+/i;
  expect(found?.explanation).toMatch(said);
  expect(GUIDE).toMatch(said);
  expect(found?.history[found.at]?.event).toBe('receive');
});

it('the outbox conforms once it is fixed as the guide says', async () => {
  const method = /^ *#hasRoomFor\(message[\s\S]*?^ *\}\n/m.exec(GUIDE)?.[0] ?? '';
  const fixed = readFileSync(at('outbox.ts'), 'utf8')
    .replace(/^ *#hasRoom\(\): [\s\S]*?^ *\}\n/m, method)
    .replace('this.#hasRoom()', 'this.#hasRoomFor(head.message)');
  mkdirSync(FIXED, { recursive: true });
  writeFileSync(`${FIXED}outbox.ts`, fixed);
  cpSync(ADAPTER, `${FIXED}outbox-adapter.ts`);
  const report = await conform({ adapter: `${FIXED}outbox-adapter.ts`, cases: 500, seed: 1 });
  const open = report.rules.filter(
    ({ verdict }) => verdict !== 'satisfied' && verdict !== 'not-applicable',
  );
  expect(open).toEqual([]);
  expect(report.verdict).toBe('conforms');
});

describe('your own property', () => {
  it('fails for the outbox, with the rule', async () => {
    const { outboxKeepsItsPromises } = await import('./own-property.ts');
    await expect(outboxKeepsItsPromises(200)).rejects.toThrow(/WIN-[13]: /);
    vi.useRealTimers();
  });
});

it('the recorded history breaks SYN-1 at its eighth line', async () => {
  const judge = new Judge(STRICT);
  for await (const { event, line } of readHistory(at('orders.jsonl'))) judge.next(event, line);
  const broken = judge.results().flatMap(({ breach }) => breach ?? []);
  expect(broken.map(({ rule, line }) => [rule, line])).toEqual([['SYN-1', 8]]);
});
