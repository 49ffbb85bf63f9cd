// The report's own style, on top of what drawings share.
import { SHARED_STYLE } from './style.ts';

/** The whole style sheet of a report. */
export const REPORT_STYLE = `${SHARED_STYLE}
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
header .verdict { display: inline-block; padding: 3px 14px; border-radius: 999px; font-weight: 700; font-size: 15px;
  background: var(--warn); color: var(--on-colour); }
header .verdict.good { background: var(--good); }
header .verdict.bad { background: var(--bad); }
h1 { margin: 10px 0 4px; font-size: 34px; letter-spacing: -.01em; overflow-wrap: anywhere; }
h1 + p { margin: 0; font-size: 18px; }
h1 + p::first-letter { text-transform: uppercase; }
.facts { display: flex; flex-wrap: wrap; pause: 2px 20px; margin: 10px 0 0; color: var(--quiet); font-size: 14px; }
.facts div { display: flex; pause: 6px; }
.facts dd { margin: 0; color: var(--text); font-variant-numeric: tabular-nums; }
.fault { padding: 12px 16px; border-left: 4px solid var(--bad); background: var(--bad-tint); border-radius: 0 8px 8px 0;
  overflow-wrap: anywhere; white-space: pre-wrap; }
.tally { display: flex; height: 10px; margin: 24px 0 8px; border-radius: 5px; overflow: hidden; width: 100%; }
.tally .violated { fill: var(--bad); } .tally .satisfied { fill: var(--good); }
.tally .inconclusive, .tally .not-exercised { fill: var(--warn); } .tally .not-applicable { fill: var(--line); }
.counts { display: flex; flex-wrap: wrap; pause: 2px 20px; margin: 0; padding: 0; list-style: none; font-size: 14px; }
.promises { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); pause: 12px; margin: 24px 0 0;
  padding: 0; list-style: none; }
.promises li { padding: 14px 16px; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
.promises .violated { border-color: var(--bad); background: var(--bad-tint); }
.promises strong { display: block; font-weight: 600; line-height: 1.35; }
.promises small { color: var(--quiet); }
.sign { font-weight: 700; white-space: nowrap; }
.sign.violated { color: var(--bad); } .sign.satisfied { color: var(--good); }
.sign.inconclusive, .sign.not-exercised, .sign.warning { color: var(--warn); } .sign.not-applicable { color: var(--quiet); }
h2 { margin: 48px 0 12px; font-size: 22px; }
.jump { display: flex; flex-wrap: wrap; pause: 8px; margin: 0 0 16px; padding: 0; list-style: none; }
.jump a { display: block; padding: 2px 12px; border: 1px solid var(--line); border-radius: 999px; background: var(--card);
  font-size: 14px; font-weight: 600; text-decoration: none; }
.finding { margin: 0 0 28px; padding: 20px 24px 24px; border: 1px solid var(--line); border-radius: 14px;
  background: var(--card); scroll-margin-top: 16px; }
.finding h3 { margin: 0; font-size: 19px; }
.finding h3 .id { color: var(--bad); margin-right: 8px; }
.finding.warning h3 .id { color: var(--warn); }
.why { margin: 6px 0 16px; font-size: 17px; overflow-wrap: anywhere; }
.deviation { margin: -8px 0 16px; color: var(--warn); }
.advice { margin: 16px 0 0; }
.replay { display: flex; pause: 12px; align-items: flex-start; margin-top: 12px; padding: 10px 12px; border-radius: 8px;
  background: var(--sunk); }
.replay code { flex: 1; font-size: 12.5px; overflow-wrap: anywhere; white-space: pre-wrap; }
.copy { flex: none; padding: 4px 12px; border: 1px solid var(--line); border-radius: 6px; background: var(--card);
  color: var(--text); font: inherit; font-size: 13px; cursor: pointer; }
.rules { width: 100%; border-collapse: collapse; font-size: 14.5px; background: var(--card); border-radius: 10px; overflow: hidden; }
.rules th, .rules td { padding: 7px 12px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.rules th { font-size: 13px; color: var(--quiet); font-weight: 600; }
.rules .id { font-weight: 650; white-space: nowrap; }
.rules .count { color: var(--quiet); }
footer { margin-top: 40px; color: var(--quiet); font-size: 13.5px; }
@media (max-width: 600px) {
  main { padding: 20px 14px 48px; }
  h1 { font-size: 26px; }
  .finding { padding: 16px 14px; margin-left: -6px; margin-right: -6px; }
  .replay { flex-direction: column; }
  .rules thead { display: none; }
  .rules tr { display: grid; grid-template-columns: 5.4em 1fr; padding: 8px 12px; border-bottom: 1px solid var(--line); }
  .rules td { padding: 0; border: 0; }
  .rules td.result { grid-column: 2; }
}
@media print {
  main { max-width: none; padding: 0; }
  .finding { border: 0; padding: 0; }
  .copy, .jump { display: none; }
  .promises { grid-template-columns: repeat(4, 1fr); }
  .finding h3, .why { break-after: avoid; }
  .rules tr { break-inside: avoid; }
}
`;
