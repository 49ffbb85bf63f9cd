// The mutants of the producer that is built like the notes' own Java, by the profile that states what it does.
import { expect, test } from 'vitest';
import { keepUncaughtErrors } from '../harness/in-process/determinism.ts';
import { MUTANTS } from './catalogue.ts';
import { clearest } from './score.ts';

keepUncaughtErrors();

const mutants = MUTANTS.filter(({ strictOnly }) => !strictOnly);

test.each(mutants)('$id is caught, and no rule is named that it keeps', async (mutant) => {
  const { unrelated, finding, again } = await clearest(mutant, 'activemq-classic');
  expect(unrelated).toEqual([]);
  expect(again, 'replayed and recorded').toEqual(finding);
});
