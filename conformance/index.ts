// The conformance kit as a library: what adapters are written against, the run, whose result is data, and scenarios
// for anybody's fc.assert. What judges histories is in `producer-tck/spec`. A name more, or less, is a change of
// surface.test.ts.
export {
  defineAdapter,
  type BrokerPort,
  type Capability,
  type ErrorKind,
  type OpenContext,
  type OutgoingMessage,
  type Packet,
  type ProducerAdapter,
  type ProducerSettings,
  type ProducerSubject,
  type SendOptions,
} from './adapter.ts';
export { defineProfile, type Profile } from '../spec/model/profile.ts';
export { conform, type RunOptions } from './engine/conform.ts';
export type { Counterexample, FindingReport, Report, RuleReport } from './report/report.ts';
export { exitCode } from './report/verdicts.ts';
export { reportPage } from './report/html/page.ts';
export { reportText } from './report/text.ts';
export { readHistory } from './formats/history-file.ts';
export { scenarios } from './cases/scenarios.ts';
export type { Scenario } from './cases/step.ts';
export { AdapterFault, type Harness } from './harness/harness.ts';
export { virtualHarness } from './harness/in-process/in-process.ts';
