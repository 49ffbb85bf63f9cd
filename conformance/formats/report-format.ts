// The shape of a report that comes from outside: from `merge`, or to be replayed. Fields that are not named here
// are passed on as they are.
import * as v from 'valibot';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { PROFILES, type ProfileName } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { SMALL_SCOPE } from '../cases/exhaustive/small-scope.ts';
import { SCENARIO } from '../cases/format.ts';
import type { AdapterFaultCode } from '../harness/harness.ts';
import type { Report } from '../report/report.ts';
import { HISTORY_EVENT } from './history-format.ts';

const integer = v.pipe(v.number(), v.integer());
const natural = v.pipe(integer, v.minValue(0));
const positive = v.pipe(integer, v.minValue(1));

const ruleId = v.picklist(
  CATALOGUE.map(({ id }): RuleId => id),
  (issue) => `there is no rule ${issue.received}; see producer-tck rules`,
);
const history = v.array(HISTORY_EVENT);

/** A case to replay; without a history there is nothing to compare. */
export const RECORDED_CASE = v.object({
  rule: ruleId,
  scenario: SCENARIO,
  history: v.exactOptional(history),
  digest: v.exactOptional(v.string()),
});
/** A case to replay. */
export type RecordedCase = v.InferOutput<typeof RECORDED_CASE>;

const counterexample = v.looseObject({
  scenario: SCENARIO,
  history,
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

/** The rules of a report, which is all that a replay needs of it. */
export const REPORTED_RULES = v.looseObject({ rules: v.array(rule) });

/** What `--json` writes. */
export const REPORT = v.looseObject({
  kit: v.string(),
  adapter: v.string(),
  profile: v.picklist(Object.keys(PROFILES) as ProfileName[]),
  seed: integer,
  cases: natural,
  verdict: v.picklist(['conforms', 'violates', 'inconclusive', 'error']),
  exhaustive: v.exactOptional(exhaustive),
  ...REPORTED_RULES.entries,
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
