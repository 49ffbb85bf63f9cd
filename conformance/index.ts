// The conformance kit as a library: what adapters are written against, tapes for anybody's fc.assert,
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
export { readHistory } from './history-file.ts';
export { parseEvent, HistoryFormatError } from './history-format.ts';
export type { Exhausted } from './exhaustive/exhaust.ts';
export type { Certificate } from './exhaustive/certify.ts';
export type { Operation, SendKind, SmallScope } from './exhaustive/small-scope.ts';
export { tapes } from './tape/tapes.ts';
export { Coverage } from './coverage/coverage.ts';
export { SEARCHES, type Search } from './tape/search.ts';
export { FULL_SCOPE, type TapeScope } from './tape/scope.ts';
export type { AnswerStimulus, Gap, SendStimulus, Stimulus, Tape } from './tape/stimulus.ts';
export { AdapterFault, type AdapterFaultCode, type Bench, type CaseRecord } from './bench/bench.ts';
export { InProcessBench } from './bench/in-process.ts';
export { RealSettler, VirtualSettler, type Observed, type Settler } from './bench/settle.ts';
export { installVirtualTime, type Time } from './bench/virtual-time.ts';
export { BrokerRefused, ConnectionLost } from './bench/scripted-broker.ts';
export * from '../spec/index.ts';
