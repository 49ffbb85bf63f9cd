// placeholder
import type { History } from './history.ts';
import type { RuleId } from './rule.ts';
export const EXAMPLES: Readonly<Partial<Record<RuleId, { readonly witness: History; readonly violation: History }>>> = {};
