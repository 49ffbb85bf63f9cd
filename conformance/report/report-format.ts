// Reports as JSON: what is read is checked in full. The compiler checks that the schema gives a `Report`.
import * as v from 'valibot';
import { isRuleId } from '../../spec/catalogue.ts';
import { PROFILES, type ProfileName } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { SMALL_SCOPE } from '../cases/exhaustive/small-scope.ts';
import { SCENARIO } from '../cases/format.ts';
import type { AdapterFaultCode } from '../harness/harness.ts';
import type { Report } from './report.ts';
import { HISTORY_EVENT } from '../formats/history-format.ts';
import { VERSION } from '../version.ts';

/** The text is not a report, or not one of this version. The message says where, and what is wrong. */
export class ReportFormatError extends Error {
  override readonly name = 'ReportFormatError';
}

const integer = v.pipe(v.number(), v.integer());
const natural = v.pipe(integer, v.minValue(0));
const positive = v.pipe(integer, v.minValue(1));

const ruleId = v.custom<RuleId>(
  (id) => typeof id === 'string' && isRuleId(id),
  ({ received }) => `there is no rule ${received}`,
);

const counterexample = v.looseObject({
  scenario: SCENARIO,
  history: v.array(HISTORY_EVENT),
  at: natural,
  explanation: v.string(),
  replay: v.string(),
  case: positive,
  certificate: v.exactOptional(
    v.looseObject({ scope: SMALL_SCOPE, tried: integer, minimal: v.boolean() }),
  ),
  digest: v.string(),
});

const rule = v.looseObject({
  id: ruleId,
  level: v.picklist(['MUST', 'SHOULD']),
  statement: v.string(),
  verdict: v.picklist(['satisfied', 'violated', 'inconclusive', 'not-exercised', 'not-applicable']),
  exercised: natural,
  reason: v.exactOptional(v.string()),
  deviation: v.exactOptional(
    v.looseObject({
      reason: v.string(),
      expires: v.exactOptional(v.string()),
      standing: v.picklist(['known', 'stale', 'expired', 'undecided', 'idle']),
    }),
  ),
  counterexample: v.exactOptional(counterexample),
});

const exhaustive = v.looseObject({
  scope: SMALL_SCOPE,
  depth: natural,
  complete: v.boolean(),
  scenarios: natural,
  runs: natural,
  interleavings: v.exactOptional(natural),
  assumptions: v.array(v.string()),
});

/** What `--json` writes. */
const REPORT = v.looseObject({
  kit: v.string(),
  adapter: v.string(),
  profile: v.picklist(Object.keys(PROFILES) as ProfileName[]),
  seed: integer,
  cases: natural,
  verdict: v.picklist(['conforms', 'violates', 'inconclusive', 'error']),
  exhaustive: v.exactOptional(exhaustive),
  rules: v.array(rule),
  coverage: v.exactOptional(
    v.looseObject({ reachable: natural, covered: natural, missed: v.array(v.string()) }),
  ),
  durationMs: v.pipe(v.number(), v.minValue(0)),
  uncontrolled: v.exactOptional(
    v.looseObject({
      case: positive,
      at: natural,
      first: v.exactOptional(HISTORY_EVENT),
      second: v.exactOptional(HISTORY_EVENT),
    }),
  ),
  shard: v.exactOptional(v.object({ index: positive, of: positive, cases: positive })),
  error: v.exactOptional(
    v.looseObject({
      code: v.custom<AdapterFaultCode>((code) => typeof code === 'string'),
      message: v.string(),
    }),
  ),
}) satisfies v.GenericSchema<unknown, Report>;

/** Reads what `--json` wrote. Throws `ReportFormatError`. */
export function parseReport(text: string): Report {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ReportFormatError(`invalid JSON: ${(error as Error).message}`);
  }
  const { success, output } = v.safeParse(v.object({ kit: v.string() }), json);
  if (success && output.kit !== VERSION)
    throw new ReportFormatError(`it was written by producer-tck ${output.kit}; this is ${VERSION}`);
  const result = v.safeParse(REPORT, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ReportFormatError(`${v.getDotPath(issue) ?? 'its top level'}: ${issue.message}`);
}
