// `--baseline FILE`: reads the known deviations, or says in one sentence why it cannot.
import { readFileSync, statSync } from 'node:fs';
import { BaselineFormatError, parseBaseline, type Baseline } from '../report/baseline.ts';
import { UsageError } from './usage.ts';

/** The baseline in `file`. */
export function readBaseline(file: string): Baseline {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`--baseline ${file}: there is no such file`);
  try {
    return parseBaseline(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof BaselineFormatError)
      throw new UsageError(`--baseline ${file}: ${error.message}`);
    throw error;
  }
}
