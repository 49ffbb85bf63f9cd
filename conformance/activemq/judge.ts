// `npm run conformance:activemq`: the real ActiveMQ Classic client against a real broker, judged under
// both profiles, side by side. Findings are listed in docs/findings.md.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ProfileName } from '../../spec/profile.ts';
import { replay } from '../commands/replay.ts';
import { conform } from '../engine/conform.ts';
import { endAllWorkers } from '../engine/supervise.ts';
import type { Report, RuleReport } from '../report/report.ts';
import { counterexampleLines } from '../report/text.ts';

/** Sources and scripts stay where they are; only TypeScript is built. */
const FOLDER = fileURLToPath(new URL('../../../conformance/activemq/', import.meta.url));
const REPORTS = fileURLToPath(new URL('../../../.reports/', import.meta.url));
const JAVA = ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
/** What Broker.java refuses. */
const refusedDestinations = ['tck.denied', 'tck.full'];
const CASES = Number(process.env['CASES'] ?? 150);
const SEED = Number(process.env['SEED'] ?? 1);

const classPath = readClassPath();
const broker = await startBroker(classPath);
const replayed = process.argv.indexOf('--replay');
try {
  if (replayed > 0) await replayHere(process.argv[replayed + 1] ?? '');
  else await judgeBoth();
} finally {
  endAllWorkers();
  broker.process.kill('SIGKILL');
}

async function judgeBoth(): Promise<void> {
  const strict = await judge('strict', broker.address);
  const classic = await judge('activemq-classic', broker.address);
  process.stdout.write(sideBySide(strict, classic));
  process.exitCode = unexpected(strict, classic);
}

/** `npm run conformance:activemq -- --replay '{"rule":"WIN-1","tape":[…]}' [--profile NAME]`. */
async function replayHere(source: string): Promise<void> {
  const named = process.argv.indexOf('--profile');
  const profile = named > 0 ? (process.argv[named + 1] as ProfileName) : 'strict';
  const adapter = adapterCommand();
  const options = { adapter, profile, broker: broker.address, refusedDestinations };
  process.exitCode = await replay(options, source, process.stdout);
}

function adapterCommand(): string {
  return `exec:${JAVA.join(' ')} -cp '${classPath}' '${FOLDER}ActiveMqAdapter.java'`;
}

function readClassPath(): string {
  try {
    return execFileSync('bash', [`${FOLDER}classpath.sh`], { encoding: 'utf8' }).trim();
  } catch {
    process.stderr.write('ActiveMQ is not installed; run: bash conformance/activemq/install.sh\n');
    process.exit(2);
  }
}

async function startBroker(path: string): Promise<{ process: ChildProcess; address: string }> {
  const [command, ...flags] = JAVA as [string, ...string[]];
  const child = spawn(command, [...flags, '-cp', path, `${FOLDER}Broker.java`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /^READY (\S+)$/.exec(line);
    if (ready?.[1]) return { process: child, address: ready[1] };
  }
  throw new Error('the broker ended before it was ready');
}

async function judge(profile: ProfileName, address: string): Promise<Report> {
  const adapter = adapterCommand();
  const report = await conform({
    adapter,
    profile,
    broker: address,
    refusedDestinations,
    cases: CASES,
    seed: SEED,
  });
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(`${REPORTS}activemq-${profile}.json`, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`\n${report.adapter}, profile ${profile}: ${report.verdict}`);
  process.stdout.write(` (${report.cases} cases, seed ${report.seed}, ${report.durationMs} ms)\n`);
  if (report.error) process.stdout.write(`${report.error.message}\n`);
  for (const rule of report.rules) {
    if (rule.counterexample)
      process.stdout.write(`\n${counterexampleLines(withOwnReplay(rule, profile)).join('\n')}\n`);
  }
  return report;
}

/** With a replay line that also starts the broker; the JSON report has the one for a broker of yours. */
function withOwnReplay(rule: RuleReport, profile: ProfileName): RuleReport {
  const found = rule.counterexample;
  if (!found) return rule;
  const tape = JSON.stringify({ rule: rule.id, tape: found.tape });
  const replayLine = `npm run conformance:activemq -- --profile ${profile} --replay '${tape}'`;
  return { ...rule, counterexample: { ...found, replay: replayLine } };
}

function sideBySide(strict: Report, classic: Report): string {
  const lines = [
    `\n${'rule'.padEnd(8)}${'strict'.padEnd(18)}${'activemq-classic'.padEnd(18)}statement`,
  ];
  for (const rule of strict.rules) {
    const other = classic.rules.find(({ id }) => id === rule.id);
    const cells = [rule.verdict, other?.verdict ?? 'not judged'].map((text) => text.padEnd(18));
    lines.push(`${rule.id.padEnd(8)}${cells.join('')}${rule.statement}`);
  }
  lines.push(`${'overall'.padEnd(8)}${strict.verdict.padEnd(18)}${classic.verdict}`);
  return `${lines.join('\n')}\n`;
}

/** The run fails if nothing could be judged, or if the overshoot known from the notes is not found. */
function unexpected(strict: Report, classic: Report): number {
  if (strict.verdict === 'error' || classic.verdict === 'error') return 2;
  const overshoot = strict.rules.find(({ id }) => id === 'WIN-1')?.counterexample;
  if (!overshoot) {
    process.stderr.write('WIN-1: the overshoot known of this client was not found\n');
    return 1;
  }
  const sends = overshoot.tape.filter((step) => step.do === 'send');
  // Both must be charged by the client: it does not charge sends with a callback.
  const isLeast = sends.length === 2 && !sends.some(({ completion }) => completion);
  if (!isLeast) process.stderr.write('WIN-1: on a loaded machine, not shrunk to two plain sends\n');
  return 0;
}
