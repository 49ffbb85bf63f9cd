// Rules that cannot be broken alone, each with the reason. They are in the book because they say to a
// person what would otherwise have to be worked out.
import type { RuleId } from '../../spec/rule.ts';

/** By rule: why every history that breaks it breaks another as well. */
export const CONSEQUENCES: Readonly<Partial<Record<RuleId, string>>> = {
  'ERR-3':
    'CMP-1 asks that every callback fires, after a loss as well, and CMP-2 that it reports no success without an ack',
};
