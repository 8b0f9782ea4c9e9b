/** What every page has: type, the bar with the switch, headings, and the parting of the page into sections. */
export const FRAME = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 4rem; }
body {
  margin: 0 auto; padding: 1.4rem 2rem 4rem; max-width: 80rem; background: var(--page); color: var(--ink);
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  overflow-wrap: anywhere;
}
h1, h2, h3, h4 { line-height: 1.2; text-wrap: balance; margin: 0; }
h1, h2 { letter-spacing: -0.018em; font-weight: 650; }
h1 { font-size: clamp(1.75rem, 5vw, 2.7rem); max-width: 22em; }
h2 { font-size: clamp(1.4rem, 4vw, 2rem); max-width: 24em; }
h3 { font-size: 1.12rem; font-weight: 650; letter-spacing: -0.008em; }
h4 { font-size: 0.95rem; font-weight: 600; margin-bottom: 0.5rem; }
p { margin: 0; }
a { color: inherit; text-decoration-color: var(--soft); text-decoration-thickness: 1px; text-underline-offset: 0.2em; }
a:hover { text-decoration-color: currentColor; }
code { font: 0.9em ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 3px; border-radius: 2px; }
[hidden] { display: none !important; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: fixed; left: 1rem; top: 1rem; z-index: 9; background: var(--card); padding: 0.6rem 1rem; }
.bar { display: flex; justify-content: space-between; align-items: center; min-height: 2.2rem; margin-bottom: 3.2rem; }
.brand { font-weight: 650; letter-spacing: -0.01em; }
.theme { display: flex; gap: 0; margin: 0; padding: 2px; border: 1px solid var(--line); border-radius: 2rem; }
.theme legend, .legend legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.theme label { position: relative; cursor: pointer; font-size: 0.8rem; line-height: 1; }
.theme input { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer; }
.theme span { display: block; padding: 0.42rem 0.8rem; border-radius: 2rem; color: var(--soft); }
.theme input:checked + span { background: var(--ink); color: var(--page); }
.theme input:focus-visible + span { outline: 2px solid var(--focus); outline-offset: 2px; }
.eyebrow { color: var(--soft); font-size: 0.88rem; margin-bottom: 0.5rem; }
.meta { color: var(--soft); margin-top: 0.8rem; max-width: 46rem; }
article { margin-top: 5.5rem; padding-top: 3rem; border-top: 2px solid var(--ink); }
section { margin-top: 3.2rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.legend + section { margin-top: 0; border-top: 0; }
main > section { margin-top: 5rem; padding-top: 2.2rem; }
.lead { min-width: 0; max-width: 46rem; }
.lead p { margin-top: 0.6rem; font-size: 0.97rem; line-height: 1.5; text-wrap: pretty; }
.content { min-width: 0; margin-top: 1.2rem; }
@media (min-width: 64rem) {
  section.beside { display: grid; grid-template-columns: 19rem minmax(0, 1fr); column-gap: 3.5rem; align-items: start; }
  section.beside .content { margin-top: 0; }
  section.beside .lead { position: sticky; top: 4.6rem; }
  .content.several { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); column-gap: 2rem; row-gap: 1.6rem; }
  .several figure + figure { margin-top: 0; }
  .content.several figure.full { grid-column: 1 / -1; }
}
footer { margin-top: 5rem; padding-top: 1.2rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.83rem; }
@media (max-width: 40rem) {
  body { padding: 1rem 1rem 3rem; font-size: 15px; }
  .bar { margin-bottom: 2rem; }
  article { margin-top: 3.5rem; padding-top: 2rem; }
  section { margin-top: 2.2rem; padding-top: 1.2rem; }
}
`;
