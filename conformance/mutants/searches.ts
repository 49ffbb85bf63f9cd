// Ways to draw scenarios, set against one another: how soon each finds the mutants that are hardest to find.
import { type Search, SEARCHES } from '../cases/scope.ts';
import { scoreAll, type Scored } from './matrix.ts';
import { median, type ScorePlan } from './score.ts';

/** So many of the mutants are tried, by each search with so many seeds, in so many cases. */
export const HARDEST = { mutants: 20, seeds: 2, cases: 1_000 } as const;

/** What one search made of the hardest mutants. */
export interface SearchScore {
  readonly search: Search;
  /** Mutants that it found with every seed. */
  readonly found: number;
  /** Cases to find one: the median; infinite if it did not find half of them. */
  readonly median: number;
}

/** Tries every search on the mutants that took most cases in `scored`. */
export async function compareSearches(
  scored: readonly Scored[],
  { profile }: Pick<ScorePlan, 'profile'>,
): Promise<SearchScore[]> {
  const hardest = scored
    .toSorted((one, other) => other.score.found.median - one.score.found.median)
    .slice(0, HARDEST.mutants)
    .map(({ mutant }) => mutant);
  const { seeds, cases } = HARDEST;
  const scores: SearchScore[] = [];
  for (const search of SEARCHES) {
    const plan = { profile, seeds, cases, leastCases: 1, mostDiagnosed: 0, search };
    const all = (await scoreAll(hardest, plan)).map(({ score }) => score.found.worst);
    scores.push({
      search,
      found: all.filter(Number.isFinite).length,
      median: median(all),
    });
  }
  return scores;
}
