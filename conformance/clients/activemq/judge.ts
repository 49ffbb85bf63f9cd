// `npm run conformance:activemq`: the real ActiveMQ Classic client against a real broker, with both of its transports,
// and against the kit's own; judged under both profiles, side by side. It fails when what is known changes: a rule is
// broken that no baseline lists, or a listed one holds. Findings are in docs/findings.md.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ProfileName } from '../../../spec/model/profile.ts';
import { readBaseline } from '../../cli/input.ts';
import { replay } from '../../cli/replay.ts';
import { conform, type RunOptions } from '../../engine/conform.ts';
import { endAllWorkers } from '../../engine/supervise.ts';
import { withBaseline } from '../../report/baseline.ts';
import type { Report } from '../../report/report.ts';
import { findingLines } from '../../report/text.ts';
import { evidenceIn, listed, type Evidence } from '../../report/verdicts.ts';
import {
  knownCases,
  nameOf,
  replayCommand,
  TRANSPORTS,
  VARIANTS,
  type KnownCase,
  type Transport,
  type Variant,
} from './variants.ts';

/** Sources and scripts stay where they are; only TypeScript is built. */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const FOLDER = `${ROOT}conformance/clients/activemq/`;
const REPORTS = `${ROOT}.reports/`;
const JAVA = ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
/** What Broker.java refuses. */
const refusedDestinations = ['tck.denied', 'tck.full'];
const cases = Number(process.env['CASES'] ?? 120);
const seed = Number(process.env['SEED'] ?? 2);

const { values: flags } = parseArgs({
  options: {
    profile: { type: 'string' },
    transport: { type: 'string' },
    replay: { type: 'string' },
  },
});
const variants = VARIANTS.filter(
  ({ profile, transport }) =>
    (flags.profile ?? profile) === profile && (flags.transport ?? transport) === transport,
);
if (variants.length === 0 && flags.replay === undefined) {
  process.stderr.write(
    `--profile is strict or activemq-classic, --transport is ${TRANSPORTS.join(', ')}\n`,
  );
  process.exit(2);
}
const classPath = readClassPath();
const broker = await startBroker(classPath);
try {
  process.exitCode = flags.replay === undefined ? await judgeAll() : await replayOne(flags.replay);
} finally {
  endAllWorkers();
  broker.process.kill('SIGKILL');
}

async function judgeAll(): Promise<number> {
  const reports: Report[] = [];
  for (const variant of variants) reports.push(await judge(variant));
  process.stdout.write(sideBySide(reports));
  return Math.max(0, ...reports.map((report, at) => newsOf(report, variants[at] as Variant)));
}

/** `--replay '{"rule":"WIN-1","scenario":[…]}' [--profile NAME] [--transport NAME]`. */
async function replayOne(source: string): Promise<number> {
  const profile = (flags.profile ?? 'strict') as ProfileName;
  const adapter = adapterCommand((flags.transport ?? 'tcp') as Transport);
  const options = { adapter, profile, ...brokerOf((flags.transport ?? 'tcp') as Transport) };
  return replay(options, source, process.stdout);
}

function brokerOf(
  transport: Transport,
): Pick<RunOptions, 'broker' | 'refusedDestinations' | 'speaks'> {
  if (transport.startsWith('openwire')) return { speaks: 'openwire' };
  return { broker: broker.address, refusedDestinations };
}

async function judge(variant: Variant): Promise<Report> {
  const { profile, transport } = variant;
  const baseline = readBaseline(`${FOLDER}baseline-${nameOf(variant)}.json`);
  const isListed = ({ rule }: KnownCase) => baseline.deviations.some((one) => one.rule === rule);
  const isOwn = ({ transport: of }: KnownCase) =>
    of === transport || !(of.startsWith('openwire') || transport === 'openwire');
  const known = knownCases(readFileSync(`${ROOT}docs/findings.md`, 'utf8'))
    .filter(isOwn)
    .filter(isListed);
  const adapter = adapterCommand(transport);
  // Some of them are races: what one attempt misses, another finds.
  const first = [known, known, known].flat();
  const found = await conform({ adapter, profile, ...brokerOf(transport), cases, seed, first });
  const report = withBaseline(found, baseline);
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(
    `${REPORTS}activemq-${nameOf(variant)}.json`,
    `${JSON.stringify(report, null, 2)}\n`,
  );
  process.stdout.write(`\n${report.adapter}, profile ${profile}: ${report.verdict}`);
  process.stdout.write(` (${report.cases} cases, seed ${report.seed}, ${report.durationMs} ms)\n`);
  if (report.error) process.stdout.write(`${report.error.message}\n`);
  for (const evidence of evidenceIn(report)) {
    const lines = findingLines(withOwnReplay(evidence, variant));
    process.stdout.write(`\n${lines.join('\n')}\n`);
  }
  return report;
}

/** With a replay line that also starts the broker; the JSON report has the one for a broker of yours. */
function withOwnReplay({ finding, ...rest }: Evidence, variant: Variant): Evidence {
  const { rule, counterexample } = finding;
  const command = replayCommand({ ...variant, rule, scenario: counterexample.scenario });
  const own = { ...counterexample, replay: command };
  return { ...rest, finding: { ...finding, counterexample: own } };
}

function sideBySide(reports: readonly Report[]): string {
  const names = variants.map((variant) => nameOf(variant));
  const lines = [`\n${rowOf('rule', names)}statement`];
  for (const { id, statement } of reports[0]?.rules ?? []) {
    const verdicts = reports.map(({ rules }) => {
      const rule = rules.find((one) => one.id === id);
      return `${rule?.verdict ?? 'not judged'}${rule?.deviation ? ' *' : ''}`;
    });
    lines.push(`${rowOf(id, verdicts)}${statement}`);
  }
  lines.push(
    rowOf(
      'overall',
      reports.map(({ verdict }) => verdict),
    ),
  );
  return `${lines.join('\n')}\n* listed in the baseline\n`;
}

function rowOf(id: string, cells: readonly string[]): string {
  return `${id.padEnd(8)}${cells.map((text) => text.padEnd(27)).join('')}`;
}

/** What a rule gave no proof of is no news: on a loaded machine time may be all there is. */
function newsOf(report: Report, variant: Variant): number {
  const say = (text: string) => void process.stderr.write(`${nameOf(variant)}: ${text}\n`);
  if (report.error) say(report.error.message);
  const unlisted = report.rules.filter(
    ({ verdict, deviation }) => verdict === 'violated' && deviation?.standing !== 'known',
  );
  for (const { id } of unlisted) say(`${id} is broken, and its baseline does not list it`);
  const gone = [...listed(report, 'stale'), ...listed(report, 'undecided')];
  for (const { id } of gone) say(`${id} is in its baseline, and was not found broken`);
  if (report.error) return 2;
  return unlisted.length + gone.length > 0 ? 1 : 0;
}

function adapterCommand(transport: Transport): string {
  return `exec:${JAVA.join(' ')} -cp '${classPath}' '${FOLDER}ActiveMqAdapter.java' ${transport.endsWith('failover') ? 'failover' : 'tcp'}`;
}

function readClassPath(): string {
  try {
    return execFileSync('bash', [`${FOLDER}classpath.sh`], { encoding: 'utf8' }).trim();
  } catch {
    process.stderr.write(
      'ActiveMQ is not installed; run: bash conformance/clients/activemq/install.sh\n',
    );
    process.exit(2);
  }
}

async function startBroker(path: string): Promise<{ process: ChildProcess; address: string }> {
  const [command, ...options] = JAVA as [string, ...string[]];
  const child = spawn(command, [...options, '-cp', path, `${FOLDER}Broker.java`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /^READY (\S+)$/.exec(line);
    if (ready?.[1]) return { process: child, address: ready[1] };
  }
  throw new Error('the broker ended before it was ready');
}
