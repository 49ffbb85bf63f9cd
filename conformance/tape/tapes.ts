// Tapes as a fast-check arbitrary, for the kit's own runs and for anybody's `fc.assert`.
import fc from 'fast-check';
import type { Coverage } from '../coverage/coverage.ts';
import { generateTape } from './generate.ts';
import { FULL_SCOPE, type TapeScope } from './scope.ts';
import { simplerTapes } from './simplify.ts';
import type { Tape } from './stimulus.ts';

class TapeArbitrary extends fc.Arbitrary<Tape> {
  readonly #scope: TapeScope;
  readonly #coverage: Coverage | undefined;

  constructor(scope: TapeScope, coverage: Coverage | undefined) {
    super();
    this.#scope = scope;
    this.#coverage = coverage;
  }

  override generate(random: fc.Random): fc.Value<Tape> {
    return new fc.Value(
      generateTape((min, max) => random.nextInt(min, max), this.#scope, this.#coverage),
      undefined,
    );
  }

  override canShrinkWithoutContext(value: unknown): value is Tape {
    return Array.isArray(value) && (value[0] as { do?: unknown } | undefined)?.do === 'open';
  }

  override shrink(tape: Tape): fc.Stream<fc.Value<Tape>> {
    return fc.stream(simplerTapes(tape)).map((simpler) => new fc.Value(simpler, undefined));
  }
}

/**
 * Tapes within a scope: what the adapter supports, and what the bench can do. They shrink by cutting
 * steps first and simplifying what is left. Default: everything, in process, by the strict profile.
 * With a `coverage` each tape is steered away from what the tapes before it led through; without one, only
 * from what it led through itself, so that it depends on nothing but its seed.
 */
export function tapes(scope: Partial<TapeScope> = {}, coverage?: Coverage): fc.Arbitrary<Tape> {
  return new TapeArbitrary({ ...FULL_SCOPE, ...scope }, coverage);
}
