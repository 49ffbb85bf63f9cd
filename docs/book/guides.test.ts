// The guides are true: their code is code of the examples, and every rule has a statement in Chinese.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { CHINESE } from './chinese.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** Fenced blocks that name a file after their language. */
function quotations(guide: string): { guide: string; file: string; code: string }[] {
  const blocks = read(guide).matchAll(/^```\w+ (docs\/\S+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, file = '', code = '']) => ({ guide, file, code }));
}

/** A formatter may move a quotation to the left. */
function unindented(code: string): string {
  return code.replace(/^ +/gm, '');
}

const GUIDES = readdirSync(new URL('docs/', root))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

describe('the guides', () => {
  const all = GUIDES.flatMap(quotations);

  it('quote the examples', () => {
    const quoted = new Set(all.map(({ file }) => file));
    expect(quoted).toContain('docs/examples/outbox-adapter.ts');
    expect(quoted).toContain('docs/examples/test-double.ts');
  });

  test.each(all)('$guide quotes $file as it is', ({ file, code }) => {
    expect(unindented(read(file))).toContain(unindented(code));
  });
});

describe('statements in Chinese', () => {
  test.each(CATALOGUE.map(({ id }) => id))('%s has one', (id) => {
    expect(CHINESE[id]).toMatch(/\p{Script=Han}.*。$/u);
  });

  it('say what is not translated in the words of the code', () => {
    const terms = ['alwaysSyncSend', 'useAsyncSend', 'begin', 'commit', 'rollback', 'send', 'null'];
    for (const statement of Object.values(CHINESE)) {
      for (const word of statement.match(/[A-Za-z]+/g) ?? [])
        expect([...terms, 'broker']).toContain(word);
    }
  });
});
