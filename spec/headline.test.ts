import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { CATALOGUE } from './catalogue.ts';
import * as headline from './headline.ts';
import * as spec from './index.ts';

const source = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

test('the headline is the three promises, in their order', () => {
  expect(headline.HEADLINE.map(({ id, statement }) => `${id}: ${statement}`)).toEqual([
    'WIN-1: Window usage never exceeds the limit.',
    'SYN-1: A persistent send outside a transaction blocks until it is acked.',
    'ASY-1: A non-persistent send never waits for an acknowledgement.',
    'ASY-2: A transacted send never waits for an acknowledgement.',
  ]);
});

test('the headline rules are those of the catalogue, not copies', () => {
  for (const rule of headline.HEADLINE) expect(CATALOGUE).toContain(rule);
});

test('the headline is a MUST in both profiles', () => {
  for (const { level, strictOnly } of headline.HEADLINE) {
    expect({ level, strictOnly }).toEqual({ level: 'MUST', strictOnly: undefined });
  }
});

test('the headline is the first thing that spec/index.ts exports', () => {
  expect(source('./index.ts').match(/from '(.*)';/)?.[1]).toBe('./headline.ts');
  expect(spec.HEADLINE).toBe(headline.HEADLINE);
});

test('spec/index.ts and spec/headline.ts open with the three promises', () => {
  for (const name of ['./index.ts', './headline.ts']) {
    const opening = source(name)
      .split('\n')
      .filter((line) => /^\/\/ {3}\d\. /.test(line));
    expect(opening.map((line) => line.slice(5, 30))).toEqual([
      '1. Window usage never exc',
      '2. Sync sends block until',
      '3. Non-persistent or tran',
    ]);
  }
});
