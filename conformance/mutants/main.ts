// `npm run mutants`: the kill matrix in the terminal, as JSON, or as the page of the documentation. Fails unless
// every mutant is caught with every seed, a rule that it breaks is named, and none that has nothing to do with it.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ProfileName, PROFILES } from '../../spec/model/profile.ts';
import { type Search, SEARCHES } from '../cases/scope.ts';
import { MUTANTS } from './catalogue.ts';
import { compareSearches, scoreAll, type Scored } from './matrix.ts';
import type { Mutant } from './mutant.ts';
import { PROFILE_MUTANTS } from './profiles/mutants.ts';
import { killMatrixPage, rowOf, summaryOf } from './page.ts';
import { faultsIn, type ScorePlan } from './score.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    cases: { type: 'string', default: '2000' },
    profile: { type: 'string', default: 'strict' },
    rule: { type: 'string', multiple: true, default: [] },
    mutant: { type: 'string', multiple: true, default: [] },
    search: { type: 'string' },
    json: { type: 'string' },
    docs: { type: 'string' },
  },
});

/** In the terminal: enough seeds and cases to see which other rules are named. */
const THOROUGH = { seeds: 20, leastCases: 300 };
/** For the page: enough for the figures, and no more, since it is made anew for every change. */
const QUICK = { seeds: 3, leastCases: 150 };

const quiet = values.docs !== undefined;
const isWhole = values.rule.length === 0 && values.mutant.length === 0;
if (quiet && !(isWhole && values.profile === 'strict' && values.search === undefined))
  fail('--docs is the page of all mutants by the strict profile; leave the other options out');
const plan: ScorePlan = {
  profile: profileNamed(values.profile),
  cases: wholeNumber('cases', values.cases),
  ...(quiet ? QUICK : THOROUGH),
  ...(values.search !== undefined && { search: searchNamed(values.search) }),
  ...(values.seeds !== undefined && { seeds: wholeNumber('seeds', values.seeds) }),
};
const scored = await scoreAll(chosen(), plan, (one) => {
  if (!quiet) process.stdout.write(rowOf(one));
});
if (!quiet) process.stdout.write(summaryOf(scored));
if (values.docs !== undefined) {
  const searches = await compareSearches(scored, plan);
  writeFileSync(values.docs, killMatrixPage(scored, searches, plan));
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(scored, null, 2)}\n`);
process.exitCode = report(scored);

function chosen(): readonly Mutant[] {
  const rules = values.rule.map((rule) => rule.toUpperCase());
  const own = PROFILE_MUTANTS.filter(({ profile }) => profile === plan.profile);
  const mutants = (own.length > 0 ? own : MUTANTS).filter(
    ({ id, breaks, strictOnly }) =>
      !(strictOnly && plan.profile === 'activemq-classic') &&
      (values.mutant.length === 0 || values.mutant.includes(id)) &&
      (rules.length === 0 || breaks.some((rule) => rules.includes(rule))),
  );
  if (mutants.length === 0) fail('no mutant is chosen by these options');
  return mutants;
}

function report(all: readonly Scored[]): number {
  const faults = all.flatMap(({ mutant, score }) =>
    faultsIn(mutant, score).map((fault) => `${mutant.id}: ${fault}\n`),
  );
  process.stderr.write(faults.join(''));
  return faults.length > 0 ? 1 : 0;
}

function profileNamed(name: string): ProfileName {
  if (!(name in PROFILES)) fail(`--profile ${name}: choose ${Object.keys(PROFILES).join(' or ')}`);
  return name as ProfileName;
}

function searchNamed(name: string): Search {
  const known = SEARCHES.find((one) => one === name);
  return known ?? fail(`--search ${name}: choose ${SEARCHES.join(', ')}`);
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) fail(`--${name} ${text} is no whole number above 0`);
  return number;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
