// `producer-tck doctor`: does the adapter keep the contract, and are its claims true? The checks run in a worker
// process; a check that hangs or dies has failed, and the next worker goes on behind it.
import pc from 'picocolors';
import type { Capability } from '../../spec/events/settings.ts';
import { concluded, type CheckResult } from '../doctor/check.ts';
import { CHECKS } from '../doctor/check-contract.ts';
import { jobOf } from '../engine/conform.ts';
import { supervise } from '../engine/supervise.ts';
import { visible } from '../report/event-text.ts';
import { assertBroker, type BrokerFlags } from './input.ts';
import { coloured, stopOnSignals, type Io, type Output } from './io.ts';

/** The options of `doctor`, as commander gives them. */
export type DoctorFlags = BrokerFlags;

/** In process a check takes milliseconds; over the bridge seconds, since much has to be waited for. */
const PATIENCE = { loadMs: 20_000, caseMs: 5_000 };
const REAL_TIME_PATIENCE = { loadMs: 60_000, caseMs: 60_000 };
/** Workers that may die before the rest is given up: each has cost its whole patience. */
const MOST_DEATHS = 3;

const ADVICE = 'an adapter must neither block the event loop, nor end its process';

/**
 * Checks an adapter and prints each result. Exit codes: 0 sound, 1 something is wrong, 2 nothing could be
 * checked.
 */
export async function doctorCommand(
  adapter: string,
  flags: DoctorFlags,
  { out, env }: Io,
): Promise<number> {
  assertBroker(adapter, flags);
  const lineOf = lineIn(pc.createColors(coloured(out, env)));
  const stop = stopOnSignals();
  const results: CheckResult[] = [];
  const tell = (result: CheckResult) => {
    results.push(result);
    out.write(`${lineOf(result)}\n`);
  };
  try {
    await checkAll(adapter, flags, tell);
  } finally {
    stop();
  }
  return conclude(adapter, results, out);
}

async function checkAll(
  adapter: string,
  { broker, speaks }: DoctorFlags,
  tell: (result: CheckResult) => void,
): Promise<void> {
  const order = {
    ...jobOf({ adapter, ...(broker && { broker }), ...(speaks && { speaks }) }),
    task: 'check-contract' as const,
  };
  const patience = adapter.startsWith('exec:') ? REAL_TIME_PATIENCE : PATIENCE;
  let supports: readonly Capability[] = [];
  const listener = {
    onOpened: (claims: readonly Capability[]) => void (supports = claims),
    onChecked: tell,
  };
  let check = 0;
  for (let deaths = 0; deaths < MOST_DEATHS; deaths += 1) {
    const { end, lastCase } = await supervise({ ...order, check }, patience, listener);
    if (end.type === 'done') return;
    const dead = lastCase === undefined ? undefined : CHECKS[lastCase];
    if (!dead) {
      tell({ title: 'loads', outcome: 'unchecked', text: end.message, advice: ADVICE });
      return;
    }
    // Cases are numbered in a run; here the title says where it was.
    const text = end.message.replace(/\bcase \d+\b/, 'this check');
    const result = concluded(dead, { supports }, text);
    tell(result.outcome === 'problem' ? { ...result, advice: ADVICE } : result);
    if (dead.isBasic) return;
    check = (lastCase ?? 0) + 1;
  }
}

function lineIn(colours: ReturnType<typeof pc.createColors>) {
  const SIGN: Readonly<Record<CheckResult['outcome'], string>> = {
    sound: colours.green('✓'),
    problem: colours.red('✗'),
    unchecked: colours.red('✗'),
    remark: colours.yellow('!'),
    absent: colours.dim('-'),
  };
  return ({ title, outcome, text }: CheckResult): string => {
    const what = text === undefined ? title : `${title} ${colours.dim('—')} ${visible(text)}`;
    return `${SIGN[outcome]} ${outcome === 'absent' ? colours.dim(what) : what}`;
  };
}

function conclude(adapter: string, results: readonly CheckResult[], out: Output): number {
  const wrong = results.filter(({ outcome }) => outcome === 'problem' || outcome === 'unchecked');
  const remarks = results.filter(({ outcome }) => outcome === 'remark');
  const lines = [...wrong, ...remarks].map(({ title, advice }) => `  ${title}: ${advice}.`);
  const name = visible(adapter);
  if (lines.length > 0) out.write(`\nWhat to do:\n${lines.join('\n')}\n`);
  if (wrong.some(({ outcome }) => outcome === 'unchecked')) {
    out.write(`\n${name} could not be checked.\n`);
    return 2;
  }
  const count = wrong.length === 1 ? '1 problem' : `${wrong.length} problems`;
  const sentence =
    wrong.length === 0
      ? 'is sound: it keeps the contract, and its claims are true. Now run the suite.'
      : `has ${count}. Fix ${wrong.length === 1 ? 'it' : 'them'} first: a run would not mean anything.`;
  out.write(`\n${name} ${sentence}\n`);
  return wrong.length === 0 ? 0 : 1;
}
