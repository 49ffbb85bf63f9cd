// The line to paste that runs a failing case again, tape and all: it depends on no file and no seed.
import type { RuleId } from '../../spec/rule.ts';
import type { Job } from '../engine/job.ts';
import type { Tape } from '../tape/stimulus.ts';

/** A command line for a POSIX shell. */
export function replayLine(job: Omit<Job, 'logbook'>, rule: RuleId, tape: Tape): string {
  const words = ['npx', 'producer-tck', 'run', job.adapter];
  if (job.profile !== 'strict') words.push('--profile', job.profile);
  if (job.broker !== undefined) words.push('--broker', job.broker);
  words.push('--replay', JSON.stringify({ rule, tape }));
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
