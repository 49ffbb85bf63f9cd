// The style of the documentation site, on top of what reports and drawings share.
import { SHARED_STYLE } from '../../conformance/report/html/style.ts';

const FRAME = `
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; z-index: 3; padding: 6px 12px; background: var(--card); }
.top { position: sticky; top: 0; z-index: 2; display: flex; align-items: center; gap: 16px; padding: 10px 24px;
  background: var(--card); border-bottom: 1px solid var(--line); }
.brand { font-weight: 750; font-size: 17px; color: var(--text); text-decoration: none; letter-spacing: -.01em; }
.search { position: relative; flex: 1; max-width: 460px; margin-left: auto; }
.search input { width: 100%; padding: 7px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--page);
  color: var(--text); font: inherit; font-size: 15px; }
.search input::placeholder { color: var(--quiet); opacity: 1; }
.search ul { position: absolute; right: 0; left: 0; max-height: 70vh; margin: 6px 0 0; padding: 6px; overflow-y: auto;
  list-style: none; border: 1px solid var(--line); border-radius: 10px; background: var(--card);
  box-shadow: 0 12px 32px rgb(0 0 0 / .22); }
.search a, .search .nothing { display: block; padding: 6px 10px; border-radius: 6px; color: var(--text); text-decoration: none;
  font-size: 14.5px; line-height: 1.35; }
.search small { display: block; color: var(--quiet); }
.search a:hover, .search [aria-selected=true] a { background: var(--sunk); }
.menu { display: none; padding: 6px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--page);
  color: var(--text); font: inherit; font-size: 14px; }
.layout { display: grid; grid-template-columns: 272px minmax(0, 1fr); max-width: 1360px; margin: 0 auto; }
#contents { position: sticky; top: 57px; align-self: start; height: calc(100vh - 57px); padding: 20px 8px 40px 24px;
  overflow-y: auto; font-size: 14px; }
#contents summary { padding: 5px 8px; font-weight: 650; color: var(--quiet); cursor: pointer; border-radius: 6px; }
#contents ul { margin: 0 0 10px; padding: 0; list-style: none; }
#contents li a { display: block; padding: 4px 10px; border-radius: 6px; color: var(--text); text-decoration: none; line-height: 1.4; }
#contents li a:hover { background: var(--sunk); }
#contents [aria-current] { background: var(--sunk); font-weight: 650; box-shadow: inset 3px 0 var(--link); }
#contents .statement { color: var(--quiet); font-weight: 400; }
main { min-width: 0; max-width: 1020px; padding: 28px 40px 72px; outline: 0; }
.neighbours { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; margin-top: 56px; }
.neighbours a { padding: 12px 16px; border: 1px solid var(--line); border-radius: 10px; background: var(--card);
  text-decoration: none; font-weight: 600; line-height: 1.35; }
.neighbours small { display: block; color: var(--quiet); font-weight: 400; }
.neighbours [rel=next] { grid-column: 2; text-align: right; }
`;

const TEXT = `
main h1 { margin: 4px 0 12px; font-size: 32px; letter-spacing: -.015em; }
main h1 .id { color: var(--link); }
main h1.file { font-size: 20px; overflow-wrap: anywhere; }
main h2 { margin: 44px 0 10px; font-size: 22px; }
main h3 { margin: 28px 0 8px; font-size: 18px; }
main :is(h1, h2, h3) { scroll-margin-top: 72px; }
main > :is(p, ul, ol) { max-width: 46em; }
main :is(p, li) { overflow-wrap: anywhere; }
main code { padding: 1px 5px; border-radius: 5px; background: var(--sunk); font-size: .88em; }
main pre { padding: 14px 18px; border: 1px solid var(--line); border-radius: 10px; background: var(--card); overflow-x: auto;
  line-height: 1.5; }
main pre code { padding: 0; background: none; font-size: 13.5px; }
main .wide { overflow-x: auto; margin: 16px 0; }
main table { border-collapse: collapse; font-size: 15px; line-height: 1.45; }
main th, main td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
main thead th, main thead td { color: var(--quiet); font-weight: 600; font-size: 13.5px; }
.crumb { margin: 0; } .crumb a { font-size: 14px; }
.zh { color: var(--quiet); }
h1 + .zh { margin: -6px 0 14px; font-size: 19px; color: var(--text); }
.badges { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 16px; padding: 0; list-style: none; }
.badges li, .badge { padding: 1px 10px; border: 1px solid var(--line); border-radius: 999px; background: var(--card); font-size: 13px; }
.badges code { padding: 0; background: none; }
.rules { max-width: none !important; padding: 0; list-style: none; }
.rules li { padding: 7px 0; border-bottom: 1px solid var(--line); }
.rules .id { display: inline-block; min-width: 4.4em; font-weight: 650; }
.rules a { text-decoration: none; } .rules a:hover { text-decoration: underline; }
.rules .zh { display: block; padding-left: 4.4em; font-size: 14.5px; }
.rules .badge { color: var(--good); border-color: currentColor; margin-left: 6px; }
.why { overflow-wrap: anywhere; }
main .timeline code { padding: 0; }
.decide fieldset { display: grid; gap: 4px; max-width: 28em; padding: 12px 18px; border: 1px solid var(--line); border-radius: 10px;
  background: var(--card); }
.decide input { accent-color: var(--link); width: 17px; height: 17px; vertical-align: -3px; }
.decide output { display: block; margin-top: 12px; font-size: 18px; font-weight: 650; }
.decision .decides td { background: var(--good-tint); }
.hljs-keyword, .hljs-literal, .hljs-built_in { color: var(--turn); }
.hljs-string, .hljs-regexp { color: var(--good); }
.hljs-comment, .hljs-meta { color: var(--quiet); font-style: italic; }
.hljs-number, .hljs-attr, .hljs-property { color: var(--ack); }
.hljs-title, .hljs-function, .hljs-variable { color: var(--space); }
`;

const SMALL = `
@media (max-width: 860px) {
  .top { flex-wrap: wrap; gap: 8px 12px; padding: 10px 16px; }
  .search { order: 3; flex-basis: 100%; max-width: none; }
  .menu { display: block; margin-left: auto; }
  .layout { display: block; }
  #contents { display: none; position: static; height: auto; padding: 12px 16px; border-bottom: 1px solid var(--line); background: var(--card); }
  .with-contents #contents { display: block; }
  main { padding: 20px 16px 56px; }
  main h1 { font-size: 26px; }
  .rules .zh { padding-left: 0; }
}
@media print {
  .top, #contents, .neighbours, .skip { display: none; }
  .layout { display: block; } main { max-width: none; padding: 0; }
}
`;

/** The whole style sheet of the site. */
export const SITE_STYLE = SHARED_STYLE + FRAME + TEXT + SMALL;
