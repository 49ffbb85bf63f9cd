import { afterAll, describe, expect, it } from 'vitest';
import { Judge } from '../../spec/check.ts';
import { open, ret, settle } from '../../spec/examples/builder.ts';
import { STRICT } from '../../spec/model/profile.ts';
import { Folder } from '../fixtures/command-line.ts';
import { judgeFile, readHistory } from './history-file.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const OPEN = JSON.stringify(open());
const SETTLE = JSON.stringify(settle);

async function linesOf(text: string): Promise<string[]> {
  const file = folder.write('history.jsonl', text);
  const lines: string[] = [];
  for await (const { event, line } of readHistory(file)) lines.push(`${line} ${event.event}`);
  return lines;
}

describe('a history in a file', () => {
  it('is read whatever ends its lines, with a byte order mark and blank lines', async () => {
    expect(await linesOf(`\uFEFF${OPEN}\r\n\r\n${SETTLE}\n  \n${SETTLE}`)).toEqual([
      '1 open',
      '3 settle',
      '5 settle',
    ]);
    expect(await linesOf('')).toEqual([]);
  });

  it('keeps the numbers of its lines, and lines whole, over many parts', async () => {
    const advance = JSON.stringify({ event: 'advance', ms: 1, note: 'é\u2028'.repeat(500) });
    const lines = await linesOf(`${OPEN}\n${`${advance}\n`.repeat(3000)}${SETTLE}\n`);
    expect(lines.length).toBe(3002);
    expect(lines.at(-1)).toBe('3002 settle');
  });

  it('is judged up to the line that cannot have happened, whatever follows it', async () => {
    const lines = [OPEN, JSON.stringify(ret(7)), 'no JSON'];
    const file = folder.write('impossible.jsonl', lines.join('\n'));
    const judging = judgeFile(file, new Judge(STRICT));
    await expect(judging).rejects.toThrow('line 2: operation 7 was never invoked');
  });

  it('names the line and the field of what is no event', async () => {
    await expect(linesOf(`${OPEN}\n{"event":"return","op":0}\n`)).rejects.toThrow(/^line 2: op: /);
    await expect(linesOf(`${OPEN}\n{"event":"retour"}\n`)).rejects.toThrow(/^line 2: event: /);
    await expect(linesOf(`${OPEN}\n[]\n`)).rejects.toThrow(/^line 2: /);
    await expect(linesOf(`${OPEN}\nnull\n`)).rejects.toThrow(/^line 2: /);
  });
});
