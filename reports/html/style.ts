import { TRANSPORTS } from '../../servers/contract.ts';
import { LOOKS } from '../transports.ts';

const colours = (shade: 'light' | 'dark') =>
  TRANSPORTS.map((transport) => `--${transport}: ${LOOKS[transport][shade]};`).join(' ');

/** The style sheet of the report: one column of reading, light or dark as the reader's system is. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fcfcfa; --card: #fff; --ink: #1c1e21; --soft: #5d636b; --line: #dfe1e4; --grid: #e6e8ea;
  --mark: #f1f5f9; --good: #11734f; --weak: #8a5a00; --bad: #b3261e;
  --account-payload: #b8bec6; --account-framing: #56b4e9; --account-headers: #cc79a7;
  --account-handshake: #e0c22e; --account-control: #6c6fb5; --account-tls: #7a4b2a;
  ${colours('light')}
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14161a; --card: #1b1e23; --ink: #e8eaed; --soft: #a0a7b0; --line: #31363d; --grid: #2b3037;
    --mark: #23282f; --good: #5fcf9f; --weak: #e8b04a; --bad: #ff8a80;
    --account-payload: #5c646e; --account-framing: #56b4e9; --account-headers: #cc79a7;
    --account-handshake: #d8bd3a; --account-control: #9093d8; --account-tls: #b98560;
    ${colours('dark')}
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 3.5rem 1.5rem 5rem; max-width: 72rem; background: var(--page); color: var(--ink);
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: break-word;
}
h1, h2, h3 { line-height: 1.2; letter-spacing: -0.015em; text-wrap: balance; margin: 0; }
h1 { font-size: clamp(1.7rem, 5vw, 2.5rem); }
h2 { font-size: clamp(1.35rem, 4vw, 1.8rem); }
h3 { font-size: 1rem; letter-spacing: 0; }
p { margin: 0; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: 0.2em; }
code { font: 0.92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.eyebrow { color: var(--soft); font-size: 0.85rem; margin-bottom: 0.5rem; }
.meta { color: var(--soft); margin-top: 0.6rem; max-width: 46rem; }
.contents { list-style: none; padding: 0; margin: 2rem 0 0; display: grid; gap: 0.9rem; max-width: 46rem; }
.contents a { font-weight: 600; }
section { margin-top: 4rem; padding-top: 2.2rem; border-top: 1px solid var(--line); }
.findings { margin: 1.6rem 0 0; padding: 0; list-style: none; max-width: 46rem; display: grid; gap: 0.55rem; text-wrap: pretty; }
.findings li:first-child { font-size: 1.22rem; line-height: 1.45; font-weight: 500; margin-bottom: 0.3rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 2rem 0 0.9rem; }
.legend button {
  display: inline-flex; align-items: center; gap: 0.5rem; padding: 0.3rem 0.75rem 0.3rem 0.6rem; border-radius: 2rem;
  border: 1px solid var(--line); background: var(--card); color: inherit; font: inherit; font-size: 0.88rem; cursor: pointer;
}
.legend button:disabled { cursor: default; border-color: transparent; background: none; padding-left: 0; }
.legend button:not(:disabled):hover { border-color: var(--soft); }
.legend button[aria-pressed=true] { border-color: var(--ink); box-shadow: inset 0 0 0 1px var(--ink); }
:focus-visible { outline: 2px solid var(--websocket); outline-offset: 2px; }
.scroll { overflow-x: auto; margin: 0 -1.5rem; padding: 0 1.5rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
th, td { padding: 0.6rem 0.45rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 500; }
thead th { color: var(--soft); font-size: 0.78rem; vertical-align: bottom; line-height: 1.3; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
tbody th { white-space: nowrap; font-weight: 600; }
.prose td, .prose th { text-align: left; }
th .range { display: block; font-weight: 400; margin-left: calc(30px + 0.45rem); }
.range { display: block; color: var(--soft); font-size: 0.75rem; white-space: nowrap; }
td.value { white-space: nowrap; }
td.lead { font-weight: 700; }
td.lead .range { font-weight: 400; }
td.none { color: var(--soft); }
.swatch { width: 30px; height: 12px; flex: none; vertical-align: -1px; margin-right: 0.45rem; }
.legend .swatch { margin: 0; }
.standing { font-weight: 500; font-size: 0.8rem; white-space: nowrap; }
.standing::before { content: ""; display: inline-block; width: 0.5em; height: 0.5em; border-radius: 50%; margin-right: 0.4em; background: currentColor; }
.valid { color: var(--good); } .doubtful { color: var(--weak); } .invalid, .failed { color: var(--bad); } .skipped { color: var(--soft); }
.note { color: var(--soft); font-size: 0.83rem; margin-top: 0.7rem; max-width: 46rem; }
.charts { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); column-gap: 2.2rem; }
figure { margin: 2.6rem 0 0; grid-column: span 2; min-width: 0; display: grid; grid-row: span 3; grid-template: subgrid / minmax(0, 1fr); }
figure.half { grid-column: span 3; }
figcaption p { color: var(--soft); font-size: 0.83rem; line-height: 1.45; margin: 0.3rem 0 0.7rem; text-wrap: pretty; }
.chart svg { display: block; width: 100%; height: auto; overflow: visible; }
[data-charts=live] .chart svg { width: auto; }
.keys { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; list-style: none; padding: 0; margin: 0.5rem 0 0; font-size: 0.83rem; color: var(--soft); }
.keys svg { width: 10px; height: 10px; margin-right: 0.4rem; }
.remarks { list-style: none; padding: 0; margin: 1.6rem 0 0; display: grid; gap: 0.6rem; }
.remarks li { padding: 0.7rem 1rem; background: var(--mark); border-left: 3px solid currentColor; border-radius: 0 6px 6px 0; font-size: 0.9rem; }
.remarks li > * { color: var(--ink); }
.remarks .advice { color: var(--soft); }
h3 + .scroll, h3 + .note { margin-top: 0.6rem; }
.delivery { margin-top: 3rem; }
details { margin-top: 2rem; }
summary { cursor: pointer; font-weight: 600; }
details .scroll { margin-top: 0.8rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 13rem) minmax(0, 1fr); gap: 0.7rem 1.5rem; margin: 1.4rem 0 0; font-size: 0.93rem; }
dt { font-weight: 600; } dd { margin: 0; max-width: 46rem; }
@media (max-width: 60rem) { .charts { grid-template-columns: minmax(0, 1fr); } figure, figure.half { grid-column: auto; } figure { max-width: 36rem; } }
@media (max-width: 34rem) {
  body { padding: 2rem 1rem 3rem; font-size: 15px; }
  .scroll { margin: 0 -1rem; padding: 0 1rem 0 0; }
  .scroll th:first-child { position: sticky; left: 0; padding-left: 1rem; background: var(--page); }
  section { margin-top: 2.8rem; padding-top: 1.8rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0.2rem; } dd { margin-bottom: 0.8rem; }
}
@media print {
  body { padding: 0; max-width: none; font-size: 10pt; }
  section { break-before: page; border: 0; margin: 0; padding: 0; }
  figure, .remarks li, tr { break-inside: avoid; }
  .scroll { overflow: visible; margin: 0; padding: 0; } th, td { padding: 0.3rem 0.2rem; }
  table { font-size: 7.5pt; } thead th { font-size: 6.5pt; } .range, .standing { font-size: 6pt; }
}
`;
