#!/usr/bin/env node
// The command line: parses, hands over to a command, and turns the outcome into an exit code.
import { Command, CommanderError, Option } from 'commander';
import { PROFILES } from '../spec/profile.ts';
import { CAPABILITIES } from '../spec/settings.ts';
import { BASELINE_HELP } from './commands/baseline.ts';
import { checkCommand } from './commands/check.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand, rulesCommand } from './commands/rules.ts';
import { mergeCommand } from './commands/merge.ts';
import { runCommand } from './commands/run.ts';
import { UsageError } from './commands/usage.ts';
import { DEFAULT_CASES } from './engine/conform.ts';
import { VERSION } from './version.ts';

const ADAPTER = 'reference, the path of an adapter module (.ts, .js, .mjs), or exec:COMMAND';

const BROKER_HELP = 'for exec: adapters: a real broker, to be reached through a gate';

/** Runs one command line; resolves to the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command('producer-tck')
    .description('Checks that a message producer keeps its promises, and shows how it breaks them.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('Run with --help for all options.')
    .addHelpText('after', EXIT_CODES);
  const profile = () =>
    new Option('--profile <name>', 'what to judge by')
      .choices(Object.keys(PROFILES))
      .default('strict');
  program
    .command('run')
    .description('run the conformance suite against an adapter')
    .argument('<adapter>', ADAPTER)
    .addOption(profile())
    .option('--cases <n>', `cases to draw (default: ${DEFAULT_CASES})`)
    .option('--seed <n>', 'draw the same cases again (default: a new seed every time)')
    .option(
      '--rule <id>',
      'judge only this rule; may be repeated',
      (id, all: string[]) => [...all, id],
      [],
    )
    .option(
      '--replay <file>',
      'replay a report, a counterexample or a tape: a file, - or the JSON itself',
    )
    .option('--baseline <file>', BASELINE_HELP)
    .option('--broker <host:port>', BROKER_HELP)
    .option(
      '--refused-destination <name>',
      'with --broker: a destination to which it refuses every message; may be repeated',
      (name, all: string[]) => [...all, name],
      [],
    )
    .option(
      '--shard <i/n>',
      'run every n-th block of cases; needs --seed; merge puts them together',
    )
    .option('--workers <n>', 'processes to share the cases out among (default: by cores and cases)')
    .option('--json <file>', 'also write the report as JSON')
    .option('--html <file>', HTML_HELP)
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (adapter, flags) => void (code = await runCommand(adapter, flags)));
  program
    .command('check')
    .description('judge a recorded history')
    .argument('<history.jsonl>', 'one event a line, as docs/history.schema.json describes')
    .addOption(profile())
    .option('--baseline <file>', BASELINE_HELP)
    .option('--html <file>', HTML_HELP)
    .addHelpText(
      'after',
      '\nExit code 0: no rule was broken. What a recording does not exercise is no fault of it.\n\nExample:\n  producer-tck check orders.jsonl --profile activemq-classic',
    )
    .action(async (file, flags) => void (code = await checkCommand(file, flags)));
  program
    .command('rules')
    .description('list the rules')
    .option('--json', 'as JSON')
    .action((flags) => void (code = rulesCommand(flags)));
  program
    .command('explain')
    .description('explain one rule, with a minimal violation')
    .argument('<rule>', 'such as WIN-1')
    .action((id) => void (code = explainCommand(id)));
  program
    .command('doctor')
    .description('check that an adapter keeps the contract, and that its claims are honest')
    .argument('<adapter>', ADAPTER)
    .option('--broker <host:port>', BROKER_HELP)
    .addHelpText('after', DOCTOR_HELP)
    .action(async (adapter, flags) => void (code = await doctorCommand(adapter, flags)));
  program
    .command('merge')
    .description('one verdict from the reports of all shards of a run')
    .argument('<report.json...>', 'what run --shard I/N --json wrote')
    .option('--baseline <file>', BASELINE_HELP)
    .option('--json <file>', 'also write the report as JSON')
    .option('--html <file>', HTML_HELP)
    .addHelpText('after', MERGE_HELP)
    .action((files, flags) => void (code = mergeCommand(files, flags)));
  await program.parseAsync([...argv], { from: 'user' });
  return code;
}

const HTML_HELP = 'also write a page that draws each violation; it loads nothing';

const EXIT_CODES = `
Exit codes:
  0  every applicable rule was exercised and held
  1  a rule was violated
  2  a mistake in usage, or the adapter failed so that nothing could be judged
  3  some rule was inconclusive, or never exercised`;

const DOCTOR_HELP = `
Exit codes: 0 sound; 1 the contract is broken or a claim is wrong; 2 nothing could be checked.

Examples:
  producer-tck doctor ./my-adapter.ts
  producer-tck doctor 'exec:python3 adapter.py'`;

const MERGE_HELP = `
The shards together run exactly the cases of one machine. A shard that is missing, given twice, or of another run is
an error. Exit codes are those of run. Without --baseline the one counts that the shards were run with.

Example, on three machines and then on one:
  producer-tck run ./my-adapter.ts --seed 7 --shard 1/3 --json shard-1.json
  producer-tck merge shard-1.json shard-2.json shard-3.json --json report.json`;

const RUN_EXAMPLES = `
Capabilities an adapter may declare:
  ${CAPABILITIES.join(', ')}

Examples:
  producer-tck run reference
  producer-tck run ./my-adapter.ts --rule WIN-1 --rule SYN-1
  producer-tck run ./my-adapter.ts --json report.json --html report.html
  producer-tck run ./my-adapter.ts --replay report.json
  producer-tck run ./my-adapter.ts --baseline known.json
  producer-tck run 'exec:python3 adapter.py'
  producer-tck run 'exec:java -cp … Adapter.java' --broker localhost:61616 --profile activemq-classic`;

main(process.argv.slice(2)).then(
  (code) => void (process.exitCode = code),
  (error: unknown) => {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const text =
      error instanceof UsageError ? error.message : String((error as Error)?.stack ?? error);
    process.stderr.write(`producer-tck: ${text}\n`);
    process.exitCode = 2;
  },
);
