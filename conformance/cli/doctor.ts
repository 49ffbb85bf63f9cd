// `producer-tck doctor`: does the adapter keep the contract, and are its claims honest? The steps are taken in a
// worker process; one that hangs or dies is a finding, and the next worker goes on behind it.
import pc from 'picocolors';
import type { Capability } from '../../spec/events/settings.ts';
import { conclusion } from '../doctor/claims.ts';
import { STEPS } from '../doctor/examine.ts';
import type { CheckResult } from '../doctor/check.ts';
import { jobOf } from '../engine/conform.ts';
import { supervise } from '../engine/supervise.ts';
import { visible } from '../report/event-text.ts';
import { assertBroker } from './broker.ts';
import { stopOnSignals } from './progress.ts';
import { coloured } from './terminal.ts';

/** The options of `doctor`, as commander gives them. */
export interface DoctorFlags {
  readonly broker?: string;
}

/** In process a step takes milliseconds; over the bridge seconds, where much has to be waited for. */
const PATIENCE = { loadMs: 20_000, caseMs: 5_000 };
const REAL_TIME_PATIENCE = { loadMs: 60_000, caseMs: 60_000 };
/** Workers that may die before the rest is given up: each has cost its whole patience. */
const MOST_DEATHS = 3;

const ADVICE = 'an adapter must neither block the event loop, nor end its process';
const colours = pc.createColors(coloured(process.stdout));

const SIGN: Readonly<Record<CheckResult['outcome'], string>> = {
  sound: colours.green('✓'),
  problem: colours.red('✗'),
  unchecked: colours.red('✗'),
  remark: colours.yellow('!'),
  absent: colours.dim('-'),
};

/** Examines an adapter and prints each finding. Exit codes: 0 sound, 1 something is wrong, 2 nothing could be checked. */
export async function doctorCommand(adapter: string, flags: DoctorFlags): Promise<number> {
  assertBroker(adapter, flags.broker);
  const stop = stopOnSignals();
  const findings: CheckResult[] = [];
  const tell = (finding: CheckResult) => {
    findings.push(finding);
    process.stdout.write(`${lineOf(finding)}\n`);
  };
  try {
    await examineAll(adapter, flags.broker, tell);
  } finally {
    stop();
  }
  return conclude(adapter, findings);
}

async function examineAll(
  adapter: string,
  broker: string | undefined,
  tell: (finding: CheckResult) => void,
): Promise<void> {
  const order = { ...jobOf({ adapter, ...(broker && { broker }) }), task: 'examine' as const };
  const patience = adapter.startsWith('exec:') ? REAL_TIME_PATIENCE : PATIENCE;
  let supports: readonly Capability[] = [];
  const listener = {
    onOpened: (claims: readonly Capability[]) => void (supports = claims),
    onExamined: tell,
  };
  let step = 0;
  for (let deaths = 0; deaths < MOST_DEATHS; deaths += 1) {
    const { end, lastCase } = await supervise({ ...order, step }, patience, listener);
    if (end.type === 'done') return;
    const dead = lastCase === undefined ? undefined : STEPS[lastCase];
    if (!dead) {
      tell({ title: 'loads', outcome: 'unchecked', text: end.message, advice: ADVICE });
      return;
    }
    // Cases are numbered in a run; here the title says where it was.
    const text = end.message.replace(/\bcase \d+\b/, 'this step');
    const finding = conclusion(dead, { supports }, text);
    tell(finding.outcome === 'problem' ? { ...finding, advice: ADVICE } : finding);
    if (dead.isBasic) return;
    step = (lastCase ?? 0) + 1;
  }
}

function lineOf({ title, outcome, text }: CheckResult): string {
  const what = text === undefined ? title : `${title} ${colours.dim('—')} ${visible(text)}`;
  return `${SIGN[outcome]} ${outcome === 'absent' ? colours.dim(what) : what}`;
}

function conclude(adapter: string, findings: readonly CheckResult[]): number {
  const wrong = findings.filter(({ outcome }) => outcome === 'problem' || outcome === 'unchecked');
  const remarks = findings.filter(({ outcome }) => outcome === 'remark');
  const lines = [...wrong, ...remarks].map(({ title, advice }) => `  ${title}: ${advice}.`);
  const name = visible(adapter);
  if (lines.length > 0) process.stdout.write(`\nWhat to do:\n${lines.join('\n')}\n`);
  if (wrong.some(({ outcome }) => outcome === 'unchecked')) {
    process.stdout.write(`\n${name} could not be checked.\n`);
    return 2;
  }
  const count = wrong.length === 1 ? '1 problem' : `${wrong.length} problems`;
  const sentence =
    wrong.length === 0
      ? 'is sound: it keeps the contract, and its claims are true. Now run the suite.'
      : `has ${count}. Mend them before you believe a run.`;
  process.stdout.write(`\n${name} ${sentence}\n`);
  return wrong.length === 0 ? 0 : 1;
}
