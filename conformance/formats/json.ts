// What users give, checked where it comes in: JSON by a schema. A mistake is one sentence that names the file or option,
// the place in it, and what is wrong there.
import * as v from 'valibot';
import { isRuleId } from '../../spec/catalogue.ts';
import type { RuleId } from '../../spec/rule.ts';

/** What somebody gave cannot be used. The message says what it is, where, and what is wrong. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
  readonly code: string = 'usage';
}

/** Parses JSON by a schema. `name` stands in the message for where the text came from. Throws `InputError`. */
export function parseJson<S extends v.GenericSchema>(
  schema: S,
  text: string,
  name: string,
): v.InferOutput<S> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${name}: invalid JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  throw new InputError(`${name}: ${complaintOf(result.issues[0])}`);
}

/** What is wrong, and at which place. */
export function complaintOf(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'its top level'}: ${issue.message}`;
}

/** A rule's id. */
export const RULE_ID = v.custom<RuleId>(
  (id) => typeof id === 'string' && isRuleId(id),
  ({ received }) => `there is no rule ${received}; see producer-tck rules`,
);
