/**
 * What sections are made of: findings, legend, tables, figures, remarks. A table that goes on beyond an edge has a
 * shade there: covers that scroll with it hide the shade where it ends.
 */
export const PARTS = `
.verdict { display: inline-block; margin-top: 1.6rem; padding: 0.35rem 0.95rem 0.35rem 0.8rem; border: 1px solid currentColor; border-radius: 2rem; font-size: 0.9rem; font-weight: 550; }
.verdict::before, .standing::before { content: ""; display: inline-block; width: 0.5em; height: 0.5em; border-radius: 50%; margin-right: 0.5em; background: currentColor; vertical-align: 0.1em; }
.verdict.invalid::before, .standing.invalid::before, .standing.failed::before { border-radius: 0; transform: rotate(45deg); }
.verdict.doubtful::before, .standing.doubtful::before { background: none; box-shadow: inset 0 0 0 2px currentColor; }
.answers { list-style: none; padding: 0; margin: 2.2rem 0 0; display: grid; gap: 0 2.5rem; }
.answers li { padding: 1rem 0; border-top: 1px solid var(--line); display: grid; gap: 0.2rem 2.5rem; text-wrap: pretty; }
.answers a { font-weight: 600; }
@media (min-width: 64rem) { .answers li { grid-template-columns: 19rem minmax(0, 1fr); } .answers span { max-width: 46rem; } }
.findings { margin: 1.7rem 0 0; padding: 0; list-style: none; max-width: 48rem; display: grid; gap: 0.6rem; text-wrap: pretty; }
.findings li:first-child { font-size: 1.28rem; line-height: 1.4; letter-spacing: -0.006em; font-weight: 500; margin-bottom: 0.35rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.6rem; margin: 2rem 0 0; padding: 0.8rem 0; border: 0; border-bottom: 1px solid var(--line); position: sticky; top: 0; z-index: 3; background: var(--page); }
.legend label { min-width: 0; display: inline-flex; align-items: center; gap: 0.5rem; font-size: 0.9rem; }
.legend input { accent-color: var(--ink); margin: 0; width: 1rem; height: 1rem; }
.legend label:has(input:not([hidden])) { cursor: pointer; }
.legend label:has(input:not(:checked)) { color: var(--soft); }
.legend label:has(input:not(:checked)) .swatch { opacity: 0.3; }
.scroll { overflow-x: auto; }
figure + .scroll { margin-top: 2rem; }
table { overflow-wrap: break-word; border-collapse: separate; border-spacing: 0; width: 100%; font-size: 0.9rem; line-height: 20px; font-variant-numeric: tabular-nums; }
th, td { padding: 10px 8px; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 500; }
thead th { color: var(--soft); font-size: 0.78rem; vertical-align: bottom; line-height: 17px; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
.word { text-align: left; }
th:last-child, td:last-child { padding-right: 0; }
tbody th { white-space: nowrap; font-weight: 600; }
tbody th:has(.range) { white-space: normal; }
th .range { display: block; white-space: normal; overflow-wrap: anywhere; min-width: 7rem; max-width: 16rem; font-weight: 400; margin-left: calc(30px + 0.45rem); }
.range { display: block; color: var(--soft); font-size: 0.76rem; line-height: 17px; white-space: nowrap; }
td.value { white-space: nowrap; }
td.lead { font-weight: 700; }
td.lead .range { font-weight: 400; }
td.none { color: var(--soft); }
.swatch { width: 30px; height: 12px; flex: none; vertical-align: -1px; margin-right: 0.45rem; }
.legend .swatch { margin: 0; }
.standing { font-weight: 550; font-size: 0.8rem; white-space: nowrap; }
.valid { color: var(--good); } .doubtful { color: var(--weak); } .invalid, .failed { color: var(--bad); } .skipped { color: var(--soft); }
tbody th .again { font-weight: 400; color: var(--soft); }
.note { color: var(--soft); font-size: 0.85rem; margin-top: 0.7rem; max-width: 46rem; }
figure { margin: 0; min-width: 0; }
figure + figure, .note + figure { margin-top: 2rem; }
.chart svg { display: block; width: 100%; height: auto; overflow: visible; }
.chart > svg { font-size: 12px; max-width: 46rem; }
.chart > svg .l { fill: currentColor; fill-opacity: 0.8; }
.chart .stage svg { width: auto; }
.chart[data-live] > svg { display: none; }
.stage path, .stage text { cursor: default; }
figcaption { color: var(--soft); font-size: 0.83rem; line-height: 1.5; margin-top: 0.6rem; max-width: 46rem; text-wrap: pretty; }
figure details { margin-top: 0.6rem; font-size: 0.83rem; }
figure details table { font-size: 0.83rem; }
figure details th, figure details td { padding: 6px 8px; }
summary { cursor: pointer; color: var(--soft); width: fit-content; }
summary:hover { color: var(--ink); }
.keys { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; list-style: none; padding: 0; margin: 0.6rem 0 0; font-size: 0.83rem; color: var(--soft); }
.keys svg { width: 10px; height: 10px; margin-right: 0.4rem; color: var(--ink); }
.remarks { list-style: none; padding: 0; margin: 0 0 1.6rem; display: grid; gap: 0.6rem; }
.remarks li { padding: 0.75rem 1rem; background: var(--wash); border-left: 3px solid currentColor; border-radius: 0 6px 6px 0; font-size: 0.92rem; }
.remarks li > * { color: var(--ink); }
.remarks .advice { color: var(--soft); }
.downloads { list-style: none; padding: 0; margin: 1.2rem 0 0; display: grid; gap: 0.6rem; color: var(--soft); font-size: 0.92rem; }
button { font: inherit; font-size: 0.9rem; padding: 0.4rem 1rem; margin-right: 0.6rem; border: 1px solid var(--line); border-radius: 2rem; background: var(--card); color: var(--ink); cursor: pointer; }
button:hover { border-color: var(--soft); }
dl { display: grid; grid-template-columns: minmax(8rem, 19rem) minmax(0, 1fr); gap: 0.8rem 3.5rem; margin: 1.4rem 0 0; font-size: 0.93rem; }
dt { font-weight: 600; } dd { margin: 0; max-width: 46rem; }
.tip { position: fixed; z-index: 9; max-width: 22rem; padding: 0.4rem 0.7rem; border-radius: 6px; background: var(--ink); color: var(--page); font-size: 0.83rem; line-height: 1.4; pointer-events: none; }
@media screen and (max-width: 64rem) {
  .scroll {
    background:
      linear-gradient(to right, var(--page) 40%, transparent) left / 2.6rem 100% no-repeat local,
      linear-gradient(to left, var(--page) 40%, transparent) right / 2.6rem 100% no-repeat local,
      linear-gradient(to right, var(--shade), transparent) left / 1rem 100% no-repeat scroll,
      linear-gradient(to left, var(--shade), transparent) right / 1rem 100% no-repeat scroll;
  }
}
@media (max-width: 40rem) {
  .scroll th:first-child { position: sticky; left: 0; background: var(--page); padding-right: 0.8rem; }
  .legend { gap: 0.3rem 1rem; position: static; }
  .legend label { font-size: 0.85rem; }
  .chart:not([data-live]) { overflow-x: auto; } .chart:not([data-live]) > svg { min-width: 26rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0.2rem; } dd { margin-bottom: 0.8rem; }
}
`;
