import { describe, expect, test } from 'vitest';
import { LineSplitter, MAX_LINE_BYTES, quoted } from './json-lines.ts';

function linesOf(...chunks: (string | Buffer)[]): string[] {
  const splitter = new LineSplitter('it');
  return chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk as string)));
}

describe('lines', () => {
  test('end in \\n alone, however the chunks are cut', () => {
    expect(linesOf('{"a":1}\n{"b"', ':2}', '\n\n')).toEqual(['{"a":1}', '{"b":2}', '']);
  });

  test('do not end at U+2028, U+2029, \\r or U+0085', () => {
    const line = '"a\u2028b\u2029c\rd\u0085e"';
    expect(linesOf(`${line}\n`)).toEqual([line]);
  });

  test('keep characters whole that are cut in two between chunks', () => {
    const bytes = Buffer.from('"€😀"\n');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(linesOf(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(['"€😀"']);
    }
  });

  test('that are not UTF-8 are a fault', () => {
    expect(() => linesOf(Buffer.from([0x22, 0xff, 0x22, 0x0a]))).toThrow(/not UTF-8/);
  });

  test('may be 1 MiB long and no longer, ended or not', () => {
    const longest = 'x'.repeat(MAX_LINE_BYTES);
    expect(linesOf(`${longest}\n`)).toEqual([longest]);
    expect(() => linesOf(`${longest}x`)).toThrow(/^it wrote a line longer than 1 MiB: x{120}…$/);
    expect(() => linesOf(longest, 'x\n')).toThrow(/longer than 1 MiB/);
  });

  test('that have not ended can be shown', () => {
    const splitter = new LineSplitter('it');
    splitter.push(Buffer.from('{"whole":1}\n{"ha'));
    expect(splitter.rest()).toBe('{"ha');
  });
});

test('a quotation is short, on one line, and shows control characters', () => {
  expect(quoted('a\tb\u001b[31m\u2028\u202ec')).toBe('a\\u0009b\\u001b[31m\\u2028\\u202ec');
  expect(quoted('y'.repeat(500))).toBe(`${'y'.repeat(120)}…`);
});
