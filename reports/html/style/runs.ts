/** What the page of a folder's runs has besides: those in flight, the list, and the comparison. */
export const RUNS = `
.flights, .runs { list-style: none; margin: 0; padding: 0; }
.flights { margin-top: 2.6rem; display: grid; gap: 1rem; }
.flights li { padding: 1.2rem 1.5rem 1.4rem; border: 1px solid var(--line); border-left: 4px solid var(--focus); border-radius: 0 10px 10px 0; background: var(--card); }
.running { color: var(--focus); }
.flights h2, .runs h2 { font-size: 1.08rem; letter-spacing: -0.008em; overflow-wrap: anywhere; }
.flights h2 { font-size: 1.3rem; margin-top: 0.2rem; }
.doing { margin-top: 0.5rem; }
progress { display: block; width: 100%; height: 0.55rem; margin: 0.9rem 0 0; border: 0; border-radius: 1rem; overflow: hidden; background: var(--grid); appearance: none; }
progress::-webkit-progress-bar { background: var(--grid); }
progress::-webkit-progress-value { background: var(--focus); border-radius: 1rem; }
progress::-moz-progress-bar { background: var(--focus); }
.flights dl { display: flex; flex-wrap: wrap; gap: 0.6rem 2.6rem; margin-top: 1rem; font-variant-numeric: tabular-nums; }
.flights dt { color: var(--soft); font-weight: 400; font-size: 0.83rem; }
.flights dd { margin: 0; font-weight: 600; }
.compare { display: flex; flex-wrap: wrap; gap: 0.5rem 0.6rem; align-items: center; margin-top: 2.6rem; }
.compare span { color: var(--soft); font-size: 0.88rem; }
.runs { margin-top: 1.4rem; border-bottom: 1px solid var(--line); font-size: 0.93rem; line-height: 1.45; }
.runs li { position: relative; display: grid; grid-template-columns: 16rem minmax(0, 1fr) minmax(0, 1fr) auto; gap: 0.4rem 2rem; padding: 1.1rem 0; border-top: 1px solid var(--line); }
.runs li:has(> input) { padding-left: 2.2rem; }
.compare ~ .runs li:not(:has(> input)) { padding-left: 2.2rem; }
.runs input { position: absolute; left: 0; top: 1.1rem; width: 1.15rem; height: 1.15rem; margin: 0.15rem 0; accent-color: var(--ink); cursor: pointer; }
.name p, .measured span, .files { color: var(--soft); }
.name p { font-size: 0.86rem; margin-top: 0.15rem; }
.runs p { overflow-wrap: anywhere; }
.outcome p + p { margin-top: 0.3rem; }
.outcome.wide { grid-column: 2 / -1; }
.outcome .standing { margin-right: 0.35rem; }
.files { display: grid; align-content: start; gap: 0.15rem; font-size: 0.86rem; }
.empty { margin-top: 2.6rem; padding: 2rem; border: 1px dashed var(--line); border-radius: 10px; color: var(--soft); text-wrap: pretty; }
.empty code { color: var(--ink); }
@media (max-width: 60rem) {
  .runs li { grid-template-columns: minmax(0, 1fr); }
  .outcome.wide { grid-column: auto; }
  .files { display: flex; gap: 1.2rem; }
}
@media (max-width: 40rem) {
  .flights li { padding: 1rem 1.1rem 1.1rem; }
  .flights dl { gap: 0.5rem 1.8rem; } .flights dd { margin: 0; }
}
@media print { .compare, .runs input, .files { display: none; } .runs li { padding-left: 0 !important; break-inside: avoid; } }
`;
