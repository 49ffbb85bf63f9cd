// The ways in which the next step of a scenario is found among those that are enabled.

/**
 * `weighted`: by the weights of the kinds of steps, which favour what is rare and telling. `steered`: of two steps
 * drawn so, the one that was taken less often in such a situation. `priorities`: the enabled kind of the
 * highest priority, which a few times loses it (PCT; Burckhardt, Kothari, Musuvathi and Nagarakatte, "A
 * Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010). `uniform`: every
 * enabled kind is as likely. `mixed`: mostly weighted, and now and then steered or by priorities.
 */
export const SEARCHES = ['mixed', 'weighted', 'steered', 'priorities', 'uniform'] as const;
/** One of the searches. */
export type Search = (typeof SEARCHES)[number];
