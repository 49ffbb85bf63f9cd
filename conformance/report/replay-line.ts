// The line to paste that runs a failing case again, tape and all: it depends on no file and no seed.
import type { RuleId } from '../../spec/rule.ts';
import type { ProfileName } from '../../spec/profile.ts';
import type { Tape } from '../tape/stimulus.ts';

/** What was judged, and how it is reached. */
export interface Subject {
  readonly adapter: string;
  readonly profile: ProfileName;
  readonly broker?: string;
}

/** A command line for a POSIX shell. */
export function replayLine(subject: Subject, rule: RuleId, tape: Tape): string {
  const words = ['npx', 'producer-tck', 'run', subject.adapter];
  if (subject.profile !== 'strict') words.push('--profile', subject.profile);
  if (subject.broker !== undefined) words.push('--broker', subject.broker);
  words.push('--replay', JSON.stringify({ rule, tape }));
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
