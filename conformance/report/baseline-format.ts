// The file of a baseline: JSON, checked strictly, since an entry that is misspelt would otherwise excuse nothing,
// or the wrong thing, without a word.
import * as v from 'valibot';
import { findRule } from '../../spec/catalogue.ts';
import type { Baseline, Deviation } from './baseline.ts';

/** The text is no baseline. The message says where, and what to do. */
export class BaselineFormatError extends Error {
  override readonly name = 'BaselineFormatError';
}

const DEVIATION = v.strictObject({
  rule: v.string(),
  reason: v.pipe(
    v.string(),
    v.check((text) => text.trim() !== '', 'Invalid reason: it is empty; say why'),
  ),
  expires: v.optional(
    v.pipe(
      v.string(),
      v.check(isDay, (issue) => `Invalid day: "${issue.input}" is no YYYY-MM-DD`),
    ),
  ),
});
const BASELINE = v.strictObject({ deviations: v.array(DEVIATION) });

/** Reads a baseline, such as `{"deviations":[{"rule":"WIN-1","reason":"…","expires":"2027-06-30"}]}`. */
export function parseBaseline(text: string): Baseline {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BaselineFormatError(`this is no JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(BASELINE, json);
  if (!result.success) {
    const [issue] = result.issues;
    throw new BaselineFormatError(`${v.getDotPath(issue) ?? 'its top level'}: ${issue.message}`);
  }
  const seen = new Set<string>();
  const deviations = result.output.deviations.map(({ expires, ...entry }): Deviation => {
    const rule = findRule(entry.rule)?.id;
    if (!rule)
      throw new BaselineFormatError(`there is no rule ${entry.rule}; see producer-tck rules`);
    if (seen.has(rule))
      throw new BaselineFormatError(`${rule} is listed twice; leave one entry for each rule`);
    seen.add(rule);
    return { ...entry, rule, ...(expires !== undefined && { expires }) };
  });
  return { deviations };
}

/** Days that exist: 2027-02-30 is refused. */
function isDay(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
