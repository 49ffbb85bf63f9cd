// `--profile`: a built-in one by its name, or one's own from a file or from JSON; what reports say of it; and mistakes.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { CHOICES } from '../../spec/model/choices.ts';
import { PROFILES } from '../../spec/model/profile.ts';
import { Folder, NEVER_WAITS, run } from '../fixtures/command-line.ts';
import { readProfile } from './profile.ts';

vi.mock('../engine/worker-process.ts', () => import('../fixtures/worker-in-process.ts'));
const folder = new Folder();
afterAll(() => folder.remove());

const MINE = { name: 'mine', basedOn: 'activemq-classic', syncHoldsUp: 'nobody' } as const;

describe('a profile of one’s own', () => {
  it.each([
    ['JSON', 'mine.json', JSON.stringify(MINE)],
    ['a module', 'mine.mjs', `export default ${JSON.stringify(MINE)};`],
    ['a module in TypeScript', 'mine.ts', `export default ${JSON.stringify(MINE)} as const;`],
  ])('may come from %s', async (_, file, text) => {
    expect(await readProfile(folder.write(file, text))).toMatchObject({
      name: 'mine',
      order: 'any',
      syncHoldsUp: 'nobody',
    });
  });

  it('is named in the report with every choice that is not that of strict', async () => {
    const file = folder.write('lax.json', '{"name":"lax","order":"any"}');
    const json = folder.path('report.json');
    const html = folder.path('report.html');
    const reports = ['--json', json, '--html', html];
    const { out } = await run('run', 'reference', '--profile', file, '--cases', '20', ...reports);
    expect(out).toContain('profile lax, ');
    expect(out).toContain('unlike strict: order: any\n');
    expect(folder.read('report.html')).toContain('<dd>order: any</dd>');
    const report = folder.report('report.json');
    expect(report).toMatchObject({ profile: 'lax', choices: { order: 'any' } });
    expect(report.rules.find(({ id }) => id === 'WIN-5')).toMatchObject({
      verdict: 'not-applicable',
      reason: 'the profile chooses `order: any`',
    });
  });

  it('is part of the line that replays a case, which depends on no file', async () => {
    const adapter = folder.write('never-waits.mjs', NEVER_WAITS);
    const file = folder.write('mine.json', JSON.stringify(MINE));
    const json = folder.path('broken.json');
    await run(
      'run',
      adapter,
      '--profile',
      file,
      '--rule',
      'SYN-1',
      '--cases',
      '50',
      '--json',
      json,
    );
    const replay = folder.report('broken.json').findings[0]?.counterexample.replay ?? '';
    const [, profile = ''] = /--profile '([^']*)'/.exec(replay) ?? [];
    expect(await readProfile(profile)).toMatchObject({
      ...(await readProfile(file)),
      summary: expect.anything(),
    });
  });
});

it('every choice and value, and every profile, stands in the guide', () => {
  const guide = readFileSync(new URL('../../docs/profiles.md', import.meta.url), 'utf8');
  const words = Object.entries(CHOICES).flatMap(([name, { values }]) => [
    name,
    ...Object.keys(values),
  ]);
  const missing = [...words, ...Object.keys(PROFILES)].filter(
    (word) => !guide.includes(`\`${word}\``),
  );
  expect(missing).toEqual([]);
});

describe('what is wrong with a profile is said in one sentence', () => {
  it.each([
    ['nothing.json', undefined, /^--profile: there is no file .*nothing\.json$/],
    ['a.json', '{', /a\.json: invalid JSON/],
    ['b.json', '[]', /b\.json: a profile is an object: give it a name/],
    ['c.json', '{}', /c\.json: its `name` is missing: give it one/],
    ['d.json', '{"name":"strict"}', /its `name` is that of a profile which comes with the kit/],
    ['e.json', '{"name":"x","basedOn":"y"}', /its `basedOn` is "y": choose strict or activemq-/],
    ['f.json', '{"name":"x","color":1}', /it makes the choice `color`, which there is not: there/],
    ['g.json', '{"name":"x","unit":3}', /its `unit` is 3: choose bytes or messages/],
    ['h.json', '{"name":"x","summary":3}', /its `summary` is no text/],
    ['i.mjs', 'throw new Error("no");', /i\.mjs: it could not be loaded: Error: no/],
    ['j.mjs', 'export const x = 1;', /j\.mjs: a profile is an object/],
  ])('%s', async (name, text, message) => {
    const file = text === undefined ? folder.path(name) : folder.write(name, text);
    await expect(readProfile(file)).rejects.toThrow(message);
    const { code, err } = await run('run', 'reference', '--profile', file);
    expect([code, err.split('\n').length]).toEqual([2, 2]);
  });
});
