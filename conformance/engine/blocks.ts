// Blocks: the cases of a run in lots that are drawn independently of one another, so that machines and
// processes can share them out, and all together run exactly the cases that one alone would run.

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

/** The blocks of a run that are left when one share after another is taken. */
export function blocksOf(
  { cases, seed }: { readonly cases: number; readonly seed: number },
  shares: readonly Share[] = [],
): readonly Block[] {
  const all = Array.from({ length: Math.ceil(cases / BLOCK_CASES) }, (_, number) => {
    const first = number * BLOCK_CASES;
    return { first, cases: Math.min(BLOCK_CASES, cases - first), seed: blockSeed(seed, number) };
  });
  return shares.reduce<readonly Block[]>(
    (blocks, { index, of }) => blocks.filter((_, at) => at % of === index - 1),
    all,
  );
}

/** How many of the cases in some blocks have begun when one who takes them in order is in case `last`. */
export function casesBegun(blocks: readonly Block[], last: number): number {
  return blocks.reduce(
    (sum, { first, cases }) => sum + Math.max(0, Math.min(cases, last + 1 - first)),
    0,
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
