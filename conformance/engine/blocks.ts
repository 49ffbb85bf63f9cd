// Blocks: the cases of a run in lots that are drawn independently of one another, so that machines and
// processes can share them out, and all together run exactly the cases that one alone would run.

/** Cases a run draws unless told otherwise: 99 in 100 known faults show within a quarter of them. */
export const DEFAULT_CASES = 5_000;

/** Cases in a block; the last one may be shorter. Part of what a seed means: changing it draws other cases. */
export const BLOCK_CASES = 50;

/** Some consecutive cases. */
export interface Block {
  /** Number of its first case, counted from 0. */
  readonly first: number;
  readonly cases: number;
  /** What fast-check draws its cases from. */
  readonly seed: number;
}

/** One of several equal shares: every `of`-th block, beginning with the `index`-th, counted from 1. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** A run, as far as blocks are concerned. */
type Plan = { readonly cases: number; readonly seed: number };

/** The blocks of a run that are left when one share after another is taken, in order. */
export function* blocksOf({ cases, seed }: Plan, shares: readonly Share[] = []): Iterable<Block> {
  const { start, step } = strideOf(shares);
  for (let number = start; number * BLOCK_CASES < cases; number += step) {
    const first = number * BLOCK_CASES;
    yield { first, cases: Math.min(BLOCK_CASES, cases - first), seed: blockSeed(seed, number) };
  }
}

/** How many cases of such blocks have begun when one who takes them in order is in case `last` of the run. */
export function casesBegun(
  { cases }: Pick<Plan, 'cases'>,
  shares: readonly Share[],
  last: number,
): number {
  const { start, step } = strideOf(shares);
  const number = Math.floor(Math.min(last, cases - 1) / BLOCK_CASES);
  if (number < start) return 0;
  const before = Math.floor((number - start) / step);
  const first = (start + before * step) * BLOCK_CASES;
  return before * BLOCK_CASES + Math.min(BLOCK_CASES, cases - first, last + 1 - first);
}

/** Every `step`-th block, from `start` on. */
function strideOf(shares: readonly Share[]): { readonly start: number; readonly step: number } {
  return shares.reduce(
    ({ start, step }, { index, of }) => ({ start: start + (index - 1) * step, step: step * of }),
    { start: 0, step: 1 },
  );
}

/** A seed for each block: neighbouring seeds and blocks give seeds that have nothing in common. */
function blockSeed(seed: number, number: number): number {
  // The finaliser of MurmurHash3, over a Weyl sequence.
  let mixed = (seed ^ Math.imul(number + 1, 0x9e3779b9)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
