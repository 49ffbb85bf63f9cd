// `npm run explore`: explores the rule book and says what it found; exit code 1 if there is a flaw.
// by strict and activemq-classic, unless `--profile NAME` names one. `--deeper N` goes N events further than the alphabets
// declare (default 2; it may be negative); each takes about twice as long.
import { parseArgs } from 'node:util';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { PROFILES, type ProfileName } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { eventText } from '../report/event-text.ts';
import { ALPHABETS } from './alphabets.ts';
import { consequencesUnder } from './consequences.ts';
import { exploreRules, type Exploration, type Explored } from './explore.ts';

const { values } = parseArgs({
  options: {
    deeper: { type: 'string', default: '2' },
    profile: { type: 'string', multiple: true, default: ['strict', 'activemq-classic'] },
  },
});
const deeper = Number(values.deeper);
const profiles = values.profile.map((name) => PROFILES[name as ProfileName]);
if (!Number.isInteger(deeper) || profiles.some((profile) => !profile)) {
  process.stderr.write(
    'explore: --deeper takes a whole number, --profile strict or activemq-classic\n',
  );
  process.exitCode = 2;
} else {
  for (const profile of profiles) {
    write(`every history of the ${profile.name} profile, as long as it breaks no rule:`);
    write(columns(['alphabet', 'events', 'states', 'accepted', 'broken', 'dead ends']));
    const exploration = exploreRules(ALPHABETS, deeper, profile, (one) => write(lineOf(one)));
    for (const line of conclusionOf(exploration)) write(line);
    if (exploration.flaws.length > 0) process.exitCode = 1;
  }
}

function lineOf(one: Explored): string {
  const { alphabet, depth, states, accepted, broken, deadEnds } = one;
  const numbers = [depth, states, accepted, broken, deadEnds];
  return columns([alphabet, ...numbers.map((value) => value.toLocaleString('en'))]);
}

function columns([name = '', ...rest]: readonly string[]): string {
  return name.padEnd(26) + rest.map((text) => text.padStart(16)).join('');
}

function* conclusionOf({ profile, flaws, independent }: Exploration): Generator<string> {
  for (const { what, history = [] } of flaws) {
    yield `FLAW: ${what}`;
    for (const event of history) yield `    ${eventText(event)}`;
  }
  yield `${independent.size} of ${CATALOGUE.length} rules are broken alone by some history`;
  for (const [id, reason] of Object.entries(
    consequencesUnder(PROFILES[profile as ProfileName]),
  ) as [RuleId, string][])
    yield `${id} is a consequence: ${reason}`;
  yield flaws.length > 0
    ? `${flaws.length} flaws`
    : 'no flaw: whatever happens, a producer can go on lawfully, and the promises are kept';
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
