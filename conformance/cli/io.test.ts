import { describe, expect, it } from 'vitest';
import { coloured } from './io.ts';

const terminal = { isTTY: true };

describe('colours', () => {
  it.each<[string, { isTTY?: boolean }, NodeJS.ProcessEnv, boolean]>([
    ['are shown on a terminal', terminal, {}, true],
    ['are not written into a file', {}, {}, false],
    ['are not shown where the terminal has none', terminal, { TERM: 'dumb' }, false],
    ['are left out with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['are kept with FORCE_COLOR', {}, { FORCE_COLOR: '1' }, true],
    ['are left out with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
    ['are left out with both', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['do not heed an empty variable', terminal, { NO_COLOR: '', FORCE_COLOR: '' }, true],
  ])('%s', (_, stream, env, expected) => {
    expect(coloured(stream, env)).toBe(expected);
  });
});
