// The line to paste that runs a failing case again, scenario and all: it depends on no file and no seed.
import type { RuleId } from '../../spec/rule.ts';
import type { ProfileName } from '../../spec/model/profile.ts';
import type { Scenario } from '../cases/step.ts';

/** What was judged, and how it is reached. */
export interface Judged {
  readonly adapter: string;
  readonly profile: ProfileName;
  readonly broker?: string;
  readonly refusedDestinations?: readonly string[];
}

/** A command line for a POSIX shell. */
export function replayLine(judged: Judged, rule: RuleId, scenario: Scenario): string {
  const words = ['npx', 'producer-tck', 'run', judged.adapter];
  if (judged.profile !== 'strict') words.push('--profile', judged.profile);
  if (judged.broker !== undefined) words.push('--broker', judged.broker);
  for (const name of judged.refusedDestinations ?? []) words.push('--refused-destination', name);
  words.push('--replay', JSON.stringify({ rule, scenario }));
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
