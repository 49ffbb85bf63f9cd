// `npm run bench [-- --json FILE]`: what the kit costs, topic by topic, each figure with its spread, and as
// a ratio within one run wherever there is something to compare with. A new topic is one more section.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { VERSION } from '../version.ts';
import { coldStart } from './cold-start.ts';
import { counterexamples } from './counterexamples.ts';
import { interleavings } from './interleavings.ts';
import { longHistories } from './long-histories.ts';
import { rowText, type Row, type Section } from './row.ts';
import { throughput } from './throughput.ts';

/** Those that need the real clock come before those that take it over. */
const SECTIONS: readonly Section[] = [
  { title: 'Cold start of the command line', measure: coldStart },
  {
    title: 'Events a second of processor time, read from a file as a stream',
    measure: longHistories,
  },
  {
    title: 'Cases a second of processor time, ten steps and seven settles a case',
    measure: throughput,
  },
  { title: 'A seeded bug in process', measure: counterexamples },
  { title: 'Exhaustive runs, five senders through a window of two', measure: interleavings },
];

const { values } = parseArgs({ options: { json: { type: 'string' } } });
Error.stackTraceLimit = 0;
process.on('unhandledRejection', () => {});

const sections: { title: string; rows: readonly Row[] }[] = [];
for (const { title, measure } of SECTIONS) {
  process.stdout.write(`${title}\n`);
  const rows = await measure();
  for (const row of rows) process.stdout.write(`${rowText(row)}\n`);
  sections.push({ title, rows });
}
if (values.json !== undefined) {
  const machine = { node: process.version, processor: cpus()[0]?.model, cores: cpus().length };
  writeFileSync(values.json, `${JSON.stringify({ kit: VERSION, machine, sections }, null, 2)}\n`);
}
