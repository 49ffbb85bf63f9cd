// The guides are true: their code is code of the examples, what they and the rules quote from the notes is in the notes,
// and every rule has a statement in Chinese.
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

describe('the notes', () => {
  const compact = (text: string) => text.replace(/\s+/g, '');
  const notes = compact(read('docs/notes/activemq-send.zh.md'));
  /** Code between backquotes, piece by piece: an ellipsis or a semicolon may stand for lines between. */
  const quotedIn = (text: string) =>
    [...text.matchAll(/`+(?:java\n)?([^`]+)`+/g)]
      .flatMap(([, code = '']) => code.split(/[;…]/))
      .map(compact);
  const [, rendering = ''] = read('docs/notes/README.md').split(
    /^## What the notes say$|^## Where/m,
  );

  it('hold every phrase that their English rendering quotes', () => {
    const phrases = [...quotedIn(rendering), ...(rendering.match(/\p{Script=Han}{2,}/gu) ?? [])];
    expect(phrases.length).toBeGreaterThan(30);
    expect(phrases.filter((phrase) => !notes.includes(phrase))).toEqual([]);
  });

  const cited = CATALOGUE.filter(({ source }) => /^notes.*`/.test(source));
  test.each(cited.map(({ id, source }) => [id, source] as const))(
    '%s quotes them word for word',
    (_, source) => {
      expect(quotedIn(source).filter((phrase) => !notes.includes(phrase))).toEqual([]);
    },
  );
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
