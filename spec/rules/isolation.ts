// Isolation: what one producer does is no concern of another. A diagnosis: no single history shows that a producer
// would have kept the rules by itself, so that the case is run without the other one. Here stands when it was tried.
import type { Rule } from '../rule.ts';

const ISO_1: Rule = {
  id: 'ISO-1',
  level: 'MUST',
  statement:
    'A producer behaves beside other producers, and after they are closed or lost, as it would alone.',
  rationale:
    'An application opens many producers. If what one of them does is counted against another, ' +
    'each works in its own test, and they fail together in production.',
  source: 'the contract of an adapter: `open` gives a fresh producer',
  lookFirst:
    'What is kept in module scope, in a static field or in a shared connection: a counter of the ' +
    'window, the open transaction, a queue, a flag that says closed?',
  needs: [],
  inProcess: true,
  judges: { settle: ({ company }) => (company ? 'holds' : undefined) },
};

export const ISOLATION_RULES: readonly Rule[] = [ISO_1];
