// What users give: options, files and JSON, parsed where they come in. A mistake is one sentence that names the
// file or option, the place in it, and what is wrong there; exit code 2.
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { isRuleId } from '../../spec/catalogue.ts';
import type { RuleId } from '../../spec/rule.ts';
import { BaselineFormatError, parseBaseline, type Baseline } from '../report/baseline.ts';
import { parseReport, ReportFormatError } from '../report/report-format.ts';
import type { Report } from '../report/report.ts';

/** The command line asks for something that cannot be done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Parses an option's whole number. */
export function wholeNumber(option: string, text: string, least: number, most?: number): number {
  const value = Number(text);
  const isInRange = value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER);
  if (!Number.isSafeInteger(value) || !isInRange || text.trim() === '') {
    const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`${option} ${text} is not a whole number ${range}`);
  }
  return value;
}

/** Throws unless `--broker HOST:PORT` can be used with this adapter. */
export function assertBroker(adapter: string, broker: string | undefined): void {
  if (broker === undefined) return;
  if (!/^[^:]+:\d+$/.test(broker)) throw new UsageError(`--broker ${broker} is not HOST:PORT`);
  if (!adapter.startsWith('exec:'))
    throw new UsageError(
      '--broker is for exec: adapters; the kit gives others a broker of its own',
    );
}

/** Throws unless there is such a file. `what` names the option, if it was given by one. */
export function assertFile(file: string, what = ''): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(
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

/** Parses JSON by a schema. `name` stands in the message for where the text came from. */
export function parsedJson<S extends v.GenericSchema>(
  schema: S,
  text: string,
  name: string,
): v.InferOutput<S> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name}: invalid JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UsageError(`${name}, at ${v.getDotPath(issue) ?? 'its top level'}: ${issue.message}`);
}

/** A rule's id. */
export const RULE_ID = v.custom<RuleId>(
  (id) => typeof id === 'string' && isRuleId(id),
  ({ received }) => `there is no rule ${received}; see producer-tck rules`,
);

/** The report in a text. `name` stands in the message for where the text came from. */
export function readReport(text: string, name: string): Report {
  try {
    return parseReport(text);
  } catch (error) {
    if (!(error instanceof ReportFormatError)) throw error;
    throw new UsageError(`${name} is not a report: ${error.message}`);
  }
}

/** The known deviations in the file of `--baseline`. */
export function readBaseline(file: string): Baseline {
  assertFile(file, '--baseline');
  try {
    return parseBaseline(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof BaselineFormatError)
      throw new UsageError(`--baseline ${file}: ${error.message}`);
    throw error;
  }
}
