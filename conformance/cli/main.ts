// The command line as a function: parses, hands over to a command, and turns the outcome into an exit code. Each
// command is loaded when it is asked for: half of what a user waits for is loading.
import { Command, CommanderError, Option } from 'commander';
import { DEFAULT_CASES } from '../engine/blocks.ts';
import { PROTOCOL_NAMES } from '../harness/protocols/names.ts';
import { VERSION } from '../version.ts';
import { ADAPTER, EXAMPLES, EXIT_CODES, OPTION } from './help.ts';
import { InputError } from '../formats/json.ts';
import type { Io } from './io.ts';

/** Runs one command line, such as `['rules', '--json']`; resolves to the exit code and never rejects. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = programFor(io, (exit) => (code = exit));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const text =
      error instanceof InputError ? error.message : String((error as Error)?.stack ?? error);
    io.err.write(`producer-tck: ${text}\n`);
    return 2;
  }
}

function programFor(io: Io, exit: (code: number) => void): Command {
  const program = new Command('producer-tck')
    .description('Checks that a message producer keeps its promises, and shows how it breaks them.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.out.write(text),
      writeErr: (text) => void io.err.write(text),
    })
    .showHelpAfterError('Run with --help for all options.')
    .addHelpText('after', EXIT_CODES);
  withReports(
    program
      .command('run')
      .description('run the conformance suite against an adapter')
      .argument('<adapter>', ADAPTER)
      .addOption(profile())
      .option('--cases <n>', `cases to draw (default: ${DEFAULT_CASES})`)
      .option('--seed <n>', 'draw the same cases again (default: a new seed every time)')
      .option('--rule <id>', 'judge only this rule; may be repeated', collect, [])
      .option('--exhaustive', 'run every scenario of a small scope, not drawn ones; needs --depth')
      .option('--depth <n>', 'with --exhaustive: the most steps in a scenario')
      .option('--scope <json>', OPTION.scope)
      .option('--replay <file>', OPTION.replay)
      .option('--broker <host:port>', OPTION.broker)
      .addOption(speaks())
      .option('--refused-destination <name>', OPTION.refusedDestination, collect, [])
      .option(
        '--shard <i/n>',
        'run one part in n of the cases; needs --seed; merge joins the parts',
      )
      .option('--workers <n>', 'processes that share the cases (default: by cores and cases)'),
    'run',
  ).action(async (adapter, flags) => {
    const { runCommand } = await import('./run.ts');
    exit(await runCommand(adapter, flags, io));
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
      exit(await checkCommand(file, flags, io.out));
    });
  program
    .command('rules')
    .description('list the rules')
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES.rules)
    .action(async (flags) => {
      const { rulesCommand } = await import('./rules.ts');
      exit(rulesCommand(flags, io.out));
    });
  program
    .command('explain')
    .description('explain one rule, with a minimal violation')
    .argument('<rule>', 'such as WIN-1')
    .addHelpText('after', EXAMPLES.explain)
    .action(async (id) => {
      const { explainCommand } = await import('./rules.ts');
      exit(explainCommand(id, io.out));
    });
  program
    .command('doctor')
    .description('check that an adapter keeps the contract, and that its claims are true')
    .argument('<adapter>', ADAPTER)
    .option('--broker <host:port>', OPTION.broker)
    .addOption(speaks())
    .addHelpText('after', EXAMPLES.doctor)
    .action(async (adapter, flags) => {
      const { doctorCommand } = await import('./doctor.ts');
      exit(await doctorCommand(adapter, flags, io));
    });
  withReports(
    program
      .command('merge')
      .description('join the reports of all shards of a run into one')
      .argument('<report.json...>', 'what run --shard I/N --json wrote'),
    'merge',
  ).action(async (files, flags) => {
    const { mergeCommand } = await import('./merge.ts');
    exit(await mergeCommand(files, flags, io));
  });
  program
    .command('init')
    .description('write a commented adapter and its test')
    .argument('[folder]', 'where to write them', '.')
    .addHelpText('after', EXAMPLES.init)
    .action(async (folder) => {
      const { initCommand } = await import('./init.ts');
      exit(initCommand(folder, io.out));
    });
  return program;
}

/** The options of the commands that end in a report. */
function withReports(command: Command, name: 'run' | 'merge'): Command {
  return command
    .option('--baseline <file>', OPTION.baseline)
    .option('--json <file>', OPTION.json)
    .option('--html <file>', OPTION.html)
    .option('--junit <file>', OPTION.junit)
    .addHelpText('after', EXAMPLES[name]);
}

function profile(): Option {
  return new Option('--profile <name>', OPTION.profile).default('strict');
}

function speaks(): Option {
  return new Option('--speaks <protocol>', OPTION.speaks).choices(PROTOCOL_NAMES);
}

function collect(one: string, all: string[]): string[] {
  return [...all, one];
}
