// What users give on the command line: numbers, addresses, files, and texts. A mistake is one sentence that names the
// file or option; exit code 2.
import { readFileSync, statSync } from 'node:fs';
import { InputError } from '../formats/json.ts';
import type { ProtocolName } from '../harness/protocols/names.ts';
import { parseBaseline, type Baseline } from '../report/baseline.ts';

/** Parses an option's whole number. */
export function wholeNumber(option: string, text: string, least: number, most?: number): number {
  const value = Number(text);
  const isInRange = value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER);
  if (!Number.isSafeInteger(value) || !isInRange || text.trim() === '') {
    const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InputError(`${option} ${text} is not a whole number ${range}`);
  }
  return value;
}

/** Which broker an adapter of another process is to reach. */
export interface BrokerFlags {
  readonly broker?: string;
  readonly speaks?: ProtocolName;
}

/** Throws unless `--broker HOST:PORT` or `--speaks PROTOCOL` can be used with this adapter. */
export function assertBroker(adapter: string, { broker, speaks }: BrokerFlags): void {
  if (broker === undefined && speaks === undefined) return;
  if (broker !== undefined && !/^[^:]+:\d+$/.test(broker))
    throw new InputError(`--broker ${broker} is not HOST:PORT`);
  const option = broker === undefined ? '--speaks' : '--broker';
  if (!adapter.startsWith('exec:'))
    throw new InputError(
      `${option} is for exec: adapters; the kit gives others a broker of its own`,
    );
  if (broker !== undefined && speaks !== undefined)
    throw new InputError(
      `--speaks ${speaks} makes the kit the broker, and --broker names another: leave one of them out`,
    );
}

/** Throws unless there is such a file. `what` names the option, if it was given by one. */
export function assertFile(file: string, what = ''): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new InputError(
      what === '' ? `there is no file ${file}` : `${what}: there is no file ${file}`,
    );
}

/** The text that an option gives: the JSON itself, `-` for standard input, or a file. */
export function textOf(option: string, source: string): string {
  if (/^\s*[[{]/.test(source)) return source;
  if (source === '-') return readFileSync(0, 'utf8');
  assertFile(source, option);
  return readFileSync(source, 'utf8');
}

/** The known deviations in the file of `--baseline`. */
export function readBaseline(file: string): Baseline {
  assertFile(file, '--baseline');
  return parseBaseline(readFileSync(file, 'utf8'), `--baseline ${file}`);
}
