// The conformance kit as a library: what adapters are written against, scenarios for anybody's fc.assert,
// and the run itself, whose result is data.
export * from './adapter.ts';
export { DEFAULT_CASES } from './engine/blocks.ts';
export { conform, type RunOptions } from './engine/conform.ts';
export {
  exitCode,
  type Counterexample,
  type CoverageReport,
  type Report,
  type ReportVerdict,
  type RuleReport,
} from './report/report.ts';
export {
  withBaseline,
  type Baseline,
  type Deviation,
  type ListedDeviation,
  type Standing,
} from './report/baseline.ts';
export { parseBaseline, BaselineFormatError } from './report/baseline-format.ts';
export { reportPage } from './report/html/page.ts';
export { reportText, type TextOptions } from './report/text.ts';
export { readHistory } from './cli/history-file.ts';
export { parseEvent, HistoryFormatError } from './cli/history-format.ts';
export type { Exhausted } from './cases/exhaustive/exhaust.ts';
export type { Certificate } from './cases/exhaustive/certify.ts';
export type { Operation, SendKind, SmallScope } from './cases/exhaustive/small-scope.ts';
export { scenarios } from './cases/scenarios.ts';
export { Coverage } from './cases/coverage/coverage.ts';
export { SEARCHES, type Search } from './cases/search.ts';
export { FULL_SCOPE, type ScenarioScope } from './cases/scope.ts';
export type { AnswerStep, Pause, SendStep, Step, Scenario } from './cases/step.ts';
export {
  AdapterFault,
  type AdapterFaultCode,
  type Harness,
  type CaseRecord,
} from './harness/harness.ts';
export { InProcessHarness } from './harness/in-process/in-process.ts';
export { RealSettler, VirtualSettler, type Settler } from './harness/in-process/settle.ts';
export type { Observed } from './harness/ports.ts';
export { installVirtualTime, type Time } from './harness/in-process/virtual-time.ts';
export { BrokerRefused, ConnectionLost } from './harness/brokers/scripted-broker.ts';
export * from '../spec/index.ts';
