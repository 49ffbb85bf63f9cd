// What the command line says of itself: sentences and examples, kept apart from the parsing.
import { ALL_CAPABILITIES } from '../../spec/events/settings.ts';
import { PROFILES } from '../../spec/model/profile.ts';

/** The argument of the commands that are about an adapter. */
export const ADAPTER = 'reference, the path of an adapter module (.ts, .js, .mjs), or exec:COMMAND';

/** Options that several commands have. */
export const OPTION = {
  profile: `what to judge by: ${Object.keys(PROFILES).join(', ')}, or a file (.json, .ts, .js, .mjs)`,
  baseline: 'rules that the adapter is known to break, as JSON; see docs/adapter.md',
  broker: 'for exec: adapters: a real broker, reached through a gate',
  speaks: "for exec: adapters: what the kit's own broker speaks, so that a real client can connect",
  refusedDestination:
    'with --broker: a destination to which it refuses every message; may be repeated',
  replay: 'replay a report, or a case with its rule: a file, - or the JSON itself',
  scope: 'with --exhaustive: what scenarios may contain: a file, - or the JSON itself',
  json: 'also write the report as JSON',
  html: 'also write a page that draws each violation; it loads nothing',
  junit: 'also write the report as JUnit XML, for CI servers',
} as const;

/** Behind the list of commands. */
export const EXIT_CODES = `
Exit codes:
  0  every applicable rule was exercised and held
  1  a rule was violated, or the baseline is stale
  2  wrong usage, or the adapter failed and nothing could be judged
  3  some rule was inconclusive, or never exercised

Start here:
  producer-tck init                     write an adapter and its test
  producer-tck doctor ./my-adapter.ts   does the adapter keep the contract?
  producer-tck run ./my-adapter.ts      does the producer keep the rules?`;

/** Behind the options of each command. */
export const EXAMPLES = {
  run: `
Capabilities an adapter may declare:
  ${ALL_CAPABILITIES.join(', ')}

Examples:
  producer-tck run reference
  producer-tck run ./my-adapter.ts --rule WIN-1 --rule SYN-1
  producer-tck run ./my-adapter.ts --json report.json --html report.html --junit report.xml
  producer-tck run ./my-adapter.ts --replay report.json
  producer-tck run ./my-adapter.ts --profile my-profile.json
  producer-tck run ./my-adapter.ts --baseline known.json
  producer-tck run ./my-adapter.ts --exhaustive --depth 4
  producer-tck run ./my-adapter.ts --seed 7 --shard 1/4 --json shard-1.json
  producer-tck run 'exec:python3 adapter.py'
  producer-tck run 'exec:java -cp … Adapter.java' --broker localhost:61616 --profile activemq-classic
  producer-tck run 'exec:node stomp-adapter.mjs' --speaks stomp
  producer-tck run 'exec:node mqtt-adapter.mjs' --speaks mqtt   # needs npm install mqtt-packet@9`,
  check: `
Exit code 0: no rule was broken. A recording need not exercise every rule.

Examples:
  producer-tck check orders.jsonl --profile activemq-classic
  producer-tck check orders.jsonl --html orders.html`,
  rules: `
Examples:
  producer-tck rules
  producer-tck rules --json`,
  explain: `
Example:
  producer-tck explain WIN-1`,
  doctor: `
Exit codes: 0 sound; 1 the contract is broken or a claim is wrong; 2 nothing could be checked.

Examples:
  producer-tck doctor ./my-adapter.ts
  producer-tck doctor 'exec:python3 adapter.py'
  producer-tck doctor 'exec:node stomp-adapter.mjs' --speaks stomp`,
  merge: `
The shards together run exactly the cases of one machine. It is an error if a shard is missing, given twice, or of
another run. Exit codes are those of run. Without --baseline, the baseline of the shards applies.

Example, on three machines and then on one:
  producer-tck run ./my-adapter.ts --seed 7 --shard 1/3 --json shard-1.json
  producer-tck merge shard-1.json shard-2.json shard-3.json --json report.json`,
  init: `
Writes producer-adapter.ts and producer-adapter.test.ts. If one of them exists, nothing is written.

Examples:
  producer-tck init
  producer-tck init test/conformance`,
} as const;
