#!/usr/bin/env node
// The command line: parses, hands over to a command, and turns the outcome into an exit code. Each command is
// loaded when it is asked for: half of what a user waits for is loading.
import { Command, CommanderError, Option } from 'commander';
import { PROFILES } from '../../spec/model/profile.ts';
import { ADAPTER, EXAMPLES, EXIT_CODES, OPTION } from './help.ts';
import { UsageError } from './usage.ts';
import { DEFAULT_CASES } from '../engine/blocks.ts';
import { VERSION } from '../version.ts';

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
      '--exhaustive',
      'run every scenario of a small scope instead of drawing scenarios; needs --depth',
    )
    .option('--depth <n>', 'with --exhaustive: steps in a scenario, at most')
    .option(
      '--scope <json>',
      'with --exhaustive: what scenarios may contain: a file, - or the JSON itself',
    )
    .option(
      '--replay <file>',
      'replay a report, a counterexample or a scenario: a file, - or the JSON itself',
    )
    .option('--baseline <file>', OPTION.baseline)
    .option('--broker <host:port>', OPTION.broker)
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
    .option('--json <file>', OPTION.json)
    .option('--html <file>', OPTION.html)
    .option('--junit <file>', OPTION.junit)
    .addHelpText('after', EXAMPLES.run)
    .action(async (adapter, flags) => {
      const { runCommand } = await import('./run.ts');
      code = await runCommand(adapter, flags);
    });
  program
    .command('check')
    .description('judge a recorded history')
    .argument('<history.jsonl>', 'one event a line, as docs/history.schema.json describes')
    .addOption(profile())
    .option('--baseline <file>', OPTION.baseline)
    .option('--html <file>', OPTION.html)
    .addHelpText('after', EXAMPLES.check)
    .action(async (file, flags) => {
      const { checkCommand } = await import('./check.ts');
      code = await checkCommand(file, flags);
    });
  program
    .command('rules')
    .description('list the rules')
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES.rules)
    .action(async (flags) => {
      const { rulesCommand } = await import('./rules.ts');
      code = rulesCommand(flags);
    });
  program
    .command('explain')
    .description('explain one rule, with a minimal violation')
    .argument('<rule>', 'such as WIN-1')
    .addHelpText('after', EXAMPLES.explain)
    .action(async (id) => {
      const { explainCommand } = await import('./rules.ts');
      code = explainCommand(id);
    });
  program
    .command('doctor')
    .description('check that an adapter keeps the contract, and that its claims are honest')
    .argument('<adapter>', ADAPTER)
    .option('--broker <host:port>', OPTION.broker)
    .addHelpText('after', EXAMPLES.doctor)
    .action(async (adapter, flags) => {
      const { doctorCommand } = await import('./doctor.ts');
      code = await doctorCommand(adapter, flags);
    });
  program
    .command('merge')
    .description('one verdict from the reports of all shards of a run')
    .argument('<report.json...>', 'what run --shard I/N --json wrote')
    .option('--baseline <file>', OPTION.baseline)
    .option('--json <file>', OPTION.json)
    .option('--html <file>', OPTION.html)
    .option('--junit <file>', OPTION.junit)
    .addHelpText('after', EXAMPLES.merge)
    .action(async (files, flags) => {
      const { mergeCommand } = await import('./merge.ts');
      code = await mergeCommand(files, flags);
    });
  program
    .command('init')
    .description('write a commented adapter and its test')
    .argument('[folder]', 'where to write them', '.')
    .addHelpText('after', EXAMPLES.init)
    .action(async (folder) => {
      const { initCommand } = await import('./init.ts');
      code = initCommand(folder);
    });
  await program.parseAsync([...argv], { from: 'user' });
  return code;
}

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
