// A report as JSON, written and read. What is read is checked in full, so that nothing behind this border meets what
// only looks like a report. The compiler checks that `REPORT` and `Report` are the same: writing checks one direction,
// reading the other.
import * as v from 'valibot';
import type { HistoryEvent } from '../../spec/events/history.ts';
import { CHOICES, type ChoiceName, type Choices } from '../../spec/model/choices.ts';
import { SMALL_SCOPE } from '../cases/exhaustive/small-scope.ts';
import { SCENARIO } from '../cases/format.ts';
import { ADAPTER_FAULT_CODES } from '../harness/harness.ts';
import { HISTORY_EVENT } from '../formats/history-format.ts';
import { InputError, parseJson, RULE_ID } from '../formats/json.ts';
import { VERSION } from '../version.ts';
import type { Report } from './report.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(count, v.minValue(1));
const text = v.string();
const level = v.picklist(['MUST', 'SHOULD']);
// These two shapes leave a missing property and one that is undefined alike, which JSON does as well.
const event = HISTORY_EVENT as v.GenericSchema<unknown, HistoryEvent>;
const scenario = SCENARIO;

const counterexample = v.strictObject({
  scenario,
  history: v.array(event),
  at: count,
  explanation: text,
  replay: text,
  case: positive,
  certificate: v.exactOptional(
    v.strictObject({
      scope: SMALL_SCOPE,
      tried: v.pipe(v.number(), v.integer()),
      minimal: v.boolean(),
    }),
  ),
  digest: text,
});

const shown = v.strictObject({
  scenario,
  history: v.array(event),
  isCutShort: v.boolean(),
  replay: text,
});

const ruleReport = v.strictObject({
  id: RULE_ID,
  level,
  statement: text,
  verdict: v.picklist(['satisfied', 'violated', 'inconclusive', 'not-exercised', 'not-applicable']),
  exercised: count,
  reason: v.exactOptional(text),
  deviation: v.exactOptional(
    v.strictObject({
      reason: text,
      expires: v.exactOptional(text),
      standing: v.picklist(['known', 'stale', 'expired', 'undecided', 'idle']),
    }),
  ),
  counterexample: v.exactOptional(counterexample),
});

const finding = v.strictObject({
  rule: RULE_ID,
  level,
  statement: text,
  explanation: text,
  candidates: v.exactOptional(v.array(RULE_ID)),
  hypothesis: v.exactOptional(v.strictObject({ rule: RULE_ID, text })),
  accused: v.array(RULE_ID),
  alsoBroken: v.array(RULE_ID),
  counterexample,
});

const exhaustive = v.strictObject({
  scope: SMALL_SCOPE,
  depth: count,
  complete: v.boolean(),
  scenarios: count,
  runs: count,
  interleavings: v.exactOptional(count),
  assumptions: v.array(text),
});

const faultCode = v.picklist(ADAPTER_FAULT_CODES);

/** Each choice, which may be left out. */
const CHOICE_SHAPES = Object.fromEntries(
  Object.entries(CHOICES).map(([name, { values }]) => [
    name,
    v.exactOptional(v.picklist(Object.keys(values))),
  ]),
) as unknown as {
  readonly [Name in ChoiceName]: v.ExactOptionalSchema<v.GenericSchema<Choices[Name]>, undefined>;
};

const REPORT = v.strictObject({
  kit: text,
  adapter: text,
  profile: text,
  choices: v.exactOptional(v.strictObject(CHOICE_SHAPES)),
  seed: v.pipe(v.number(), v.integer()),
  cases: count,
  verdict: v.picklist(['conforms', 'violates', 'inconclusive', 'error']),
  exhaustive: v.exactOptional(exhaustive),
  rules: v.array(ruleReport),
  findings: v.array(finding),
  coverage: v.exactOptional(
    v.strictObject({ reachable: count, covered: count, missed: v.array(text) }),
  ),
  durationMs: v.number(),
  nonDeterminism: v.exactOptional(
    v.strictObject({
      case: positive,
      at: count,
      first: v.exactOptional(event),
      second: v.exactOptional(event),
    }),
  ),
  shard: v.exactOptional(v.strictObject({ index: positive, of: positive, cases: positive })),
  error: v.exactOptional(
    v.strictObject({ code: faultCode, message: text, shown: v.exactOptional(shown) }),
  ),
});

/** Arrays and properties that may be written to, all the way down. */
type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T;

/** What `--json` writes. */
export function reportJson(report: Report): string {
  const shape: v.InferOutput<typeof REPORT> = report as Writable<Report>;
  return `${JSON.stringify(shape, null, 2)}\n`;
}

/** Reads what `--json` wrote. `name` stands in messages for where the text came from. Throws `InputError`. */
export function parseReport(json: string, name: string): Report {
  const about = `${name} is not a report`;
  const { kit } = parseJson(v.looseObject({ kit: text }), json, about);
  if (kit !== VERSION)
    throw new InputError(`${about}: it was written by producer-tck ${kit}; this is ${VERSION}`);
  return parseJson(REPORT, json, about);
}
