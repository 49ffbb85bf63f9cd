// Mistakes on the command line: one sentence each, exit code 2.

/** The command line asks for something that cannot be done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Parses an option's whole number. */
export function wholeNumber(option: string, text: string, least: number, most?: number): number {
  const value = Number(text);
  const isInRange = value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER);
  if (!Number.isSafeInteger(value) || !isInRange || text.trim() === '') {
    const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`${option} ${text} is no whole number ${range}`);
  }
  return value;
}
