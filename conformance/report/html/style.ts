// Style sheets: colours, type and drawings, which the documentation uses as well, and the report's own on top; in light
// and dark and on paper. Text on every colour of the palette has a contrast of 4.5 to 1 at least.

const LIGHT = `
  color-scheme: light;
  --page: #f6f7f9; --card: #ffffff; --sunk: #eef0f4; --line: #d9dde5; --text: #16191f; --quiet: #555d6b;
  --link: #1849c6; --good: #0f6b3a; --bad: #c01c28; --warn: #8a4b00; --bad-tint: #fdecec; --good-tint: #e8f5ed;
  --warn-tint: #fdf3e3; --space: #a84300; --ack: #1d4ed8; --turn: #7e22ce; --others: #0f6d66; --idle: #8b95a5;
  --on-colour: #ffffff; --mark: #2b3240; --area: #dfe4ec;`;

const DARK = `
  color-scheme: dark;
  --page: #101319; --card: #181c24; --sunk: #0d1015; --line: #303745; --text: #e8ebf1; --quiet: #a3adbd;
  --link: #8ab4ff; --good: #63d493; --bad: #ff8080; --warn: #f2b45c; --bad-tint: #3a1b20; --good-tint: #14301f;
  --warn-tint: #35270f; --space: #f0a04b; --ack: #7eb0ff; --turn: #cf9bff; --others: #4fd1c5; --idle: #667085;
  --on-colour: #0b0d11; --mark: #d5dbe6; --area: #262d3a;`;

const PALETTE = `
:root {${LIGHT}
}
@media (prefers-color-scheme: dark) { :root {${DARK}
} }
@media print { :root {${LIGHT}
  --page: #ffffff; } }
`;

const TYPE = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
a { color: var(--link); text-underline-offset: 2px; }
code, pre, kbd, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
`;

const DRAWING = `
.trace { display: block; font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
.trace text { fill: var(--quiet); font-size: 12px; }
.trace .number, .trace .verb, .trace .word { text-anchor: middle; }
.trace .number { font-size: 11px; font-variant-numeric: tabular-nums; }
.trace .number.broken { fill: var(--on-colour); font-weight: 700; }
.trace .verb { font-size: 11px; }
.trace .flag { fill: var(--bad); }
.trace .breach { fill: var(--bad-tint); }
.trace .breach-line { stroke: var(--bad); stroke-width: 1.5; }
.trace .aftermath { fill: var(--card); opacity: .65; }
.trace .cursor { fill: var(--text); opacity: .07; }
.trace .hit { fill: transparent; cursor: pointer; }
.trace .settle { stroke: var(--quiet); stroke-dasharray: 1 5; stroke-linecap: round; stroke-width: 1.5; }
.trace .lose { stroke: var(--bad); stroke-width: 2; stroke-dasharray: 8 4; }
.trace .label { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
.trace .late { text-anchor: end; }
.trace .name { fill: var(--text); font-weight: 650; }
.trace .bar { fill: var(--idle); }
.trace .bar.awaits-space { fill: var(--space); }
.trace .bar.awaits-ack { fill: var(--ack); }
.trace .bar.awaits-its-turn { fill: var(--turn); }
.trace .bar.awaits-others { fill: var(--others); }
.trace .bar.overdue { fill: var(--bad); }
.trace .word { fill: var(--on-colour); font-size: 11px; font-weight: 650; }
.trace .cap { fill: var(--mark); }
.trace .open { fill: none; stroke: var(--mark); stroke-width: 2; }
.trace .flight { stroke: var(--idle); stroke-width: 2; }
.trace .flight.holds { stroke: var(--space); stroke-width: 4; }
.trace .flight.unanswered { stroke-dasharray: 5 4; }
.trace .receive { fill: var(--mark); }
.trace .ack, .trace .callback { fill: var(--good); }
.trace .refuse, .trace .failed, .trace .callback-error, .trace .async-error { fill: var(--bad); }
.trace .interrupt { fill: var(--card); stroke: var(--mark); stroke-width: 1.5; stroke-linejoin: round; }
.trace .tick, .trace .cross { fill: none; stroke: var(--on-colour); stroke-width: 2; stroke-linecap: round;
  stroke-linejoin: round; }
.trace .area { fill: var(--area); }
.trace .usage { fill: none; stroke: var(--mark); stroke-width: 2; stroke-linejoin: round; }
.trace .excess { fill: var(--bad); opacity: .55; }
.trace .base { stroke: var(--line); }
.trace .limit { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 6 4; }
.trace .value { fill: var(--text); font-weight: 650; paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.trace .value.over { fill: var(--bad); }
.trace .figure { fill: var(--ack); stroke: var(--card); stroke-width: 1.5; }
.trace .figure-value { fill: var(--ack); }
`;

const TIMELINE = `
.timeline { display: flex; flex-wrap: wrap; gap: 0 28px; margin: 0; }
.timeline .picture { flex: 0 1 auto; width: min-content; min-width: min(300px, 100%); max-width: 100%; }
.timeline .events { flex: 1 1 400px; }
.timeline .canvas { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 2px 16px; padding: 0; list-style: none;
  font-size: 13px; color: var(--quiet); }
.legend li { display: flex; align-items: center; gap: 6px; }
.events { margin: 0; padding: 0; list-style: none; font-size: 13.5px; line-height: 1.45; }
.events button { display: grid; grid-template-columns: 2.6em 6.6em 1fr; width: 100%; padding: 4px 8px; border: 0;
  border-radius: 6px; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer;
  font-family: ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
.events .at { color: var(--quiet); }
.events .what { font-weight: 650; }
.events .after { display: none; grid-column: 3; margin-top: 2px; color: var(--quiet);
  font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
.events button:hover { background: var(--sunk); }
.events [aria-current] button { background: var(--sunk); }
.events [aria-current] .after { display: block; }
.events .breaking button { background: var(--bad-tint); box-shadow: inset 4px 0 var(--bad); }
.events .breaking .what, .events .breaking .at { color: var(--bad); }
@media (max-width: 600px) { .timeline .events { flex-basis: 100%; } .events button { grid-template-columns: 2em 5.6em 1fr; font-size: 12.5px; } }
@media print {
  .timeline { break-inside: avoid; }
  .timeline .canvas { overflow: visible; border: 0; }
  .trace { max-width: 100%; height: auto; }
  .trace .cursor { display: none; }
  .events .after { display: none !important; }
  .trace *, .events * , .verdict, .sign { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

/** What drawings need, and the palette and type that everything shares. */
export const SHARED_STYLE = PALETTE + TYPE + DRAWING + TIMELINE;

/** The whole style sheet of a report: its own, on top of what drawings share. */
export const REPORT_STYLE = `${SHARED_STYLE}
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
header .verdict { display: inline-block; padding: 3px 14px; border-radius: 999px; font-weight: 700; font-size: 15px;
  background: var(--warn); color: var(--on-colour); }
header .verdict.good { background: var(--good); }
header .verdict.bad { background: var(--bad); }
h1 { margin: 10px 0 4px; font-size: 34px; letter-spacing: -.01em; overflow-wrap: anywhere; }
h1 + p { margin: 0; font-size: 18px; }
h1 + p::first-letter { text-transform: uppercase; }
.facts { display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 10px 0 0; color: var(--quiet); font-size: 14px; }
.facts div { display: flex; gap: 6px; }
.facts dd { margin: 0; color: var(--text); font-variant-numeric: tabular-nums; }
.fault { padding: 12px 16px; border-left: 4px solid var(--bad); background: var(--bad-tint); border-radius: 0 8px 8px 0;
  overflow-wrap: anywhere; white-space: pre-wrap; }
.tally { display: flex; height: 10px; margin: 24px 0 8px; border-radius: 5px; overflow: hidden; width: 100%; }
.tally .violated { fill: var(--bad); } .tally .satisfied { fill: var(--good); }
.tally .inconclusive, .tally .not-exercised { fill: var(--warn); } .tally .not-applicable { fill: var(--line); }
.counts { display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 0; padding: 0; list-style: none; font-size: 14px; }
.promises { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 12px; margin: 24px 0 0;
  padding: 0; list-style: none; }
.promises li { padding: 14px 16px; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
.promises .violated { border-color: var(--bad); background: var(--bad-tint); }
.promises strong { display: block; font-weight: 600; line-height: 1.35; }
.promises small { color: var(--quiet); }
.sign { font-weight: 700; white-space: nowrap; }
.sign.violated { color: var(--bad); } .sign.satisfied { color: var(--good); }
.sign.inconclusive, .sign.not-exercised, .sign.warning { color: var(--warn); } .sign.not-applicable { color: var(--quiet); }
h2 { margin: 48px 0 12px; font-size: 22px; }
.jump { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 16px; padding: 0; list-style: none; }
.jump a { display: block; padding: 2px 12px; border: 1px solid var(--line); border-radius: 999px; background: var(--card);
  font-size: 14px; font-weight: 600; text-decoration: none; }
.finding { margin: 0 0 28px; padding: 20px 24px 24px; border: 1px solid var(--line); border-radius: 14px;
  background: var(--card); scroll-margin-top: 16px; }
.finding h3 { margin: 0; font-size: 19px; }
.finding h3 .id { color: var(--bad); margin-right: 8px; }
.finding.warning h3 .id { color: var(--warn); }
.why { margin: 6px 0 16px; font-size: 17px; overflow-wrap: anywhere; }
.account, .deviation { margin: -10px 0 14px; }
.deviation { color: var(--warn); }
.advice { margin: 16px 0 0; }
.replay { display: flex; gap: 12px; align-items: flex-start; margin-top: 12px; padding: 10px 12px; border-radius: 8px;
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
