import { TRANSPORTS } from '../../../servers/contract.ts';
import { LOOKS } from '../../transports.ts';

/** The colours of a theme, as CSS variables. */
const LIGHT = `
  color-scheme: light;
  --page: #fcfcfa; --card: #fff; --ink: #1c1e21; --soft: #5a6068; --line: #dfe1e4; --grid: #e6e8ea; --wash: #f3f4f2;
  --good: #0f6b49; --weak: #855700; --bad: #b3261e; --focus: #0072b2; --shade: rgb(0 0 0 / 0.22);
  --account-payload: #b8bec6; --account-framing: #56b4e9; --account-headers: #cc79a7;
  --account-handshake: #e0c22e; --account-control: #6c6fb5; --account-tls: #7a4b2a;
  ${TRANSPORTS.map((transport) => `--${transport}: ${LOOKS[transport].light};`).join(' ')}`;

const DARK = `
  color-scheme: dark;
  --page: #14161a; --card: #1b1e23; --ink: #e8eaed; --soft: #a3aab3; --line: #31363d; --grid: #2b3037; --wash: #1c2025;
  --good: #5fcf9f; --weak: #e8b04a; --bad: #ff8a80; --focus: #56b4e9; --shade: rgb(255 255 255 / 0.28);
  --account-payload: #5c646e; --account-framing: #56b4e9; --account-headers: #cc79a7;
  --account-handshake: #d8bd3a; --account-control: #9093d8; --account-tls: #b98560;
  ${TRANSPORTS.map((transport) => `--${transport}: ${LOOKS[transport].dark};`).join(' ')}`;

/** Light, unless the system is dark and the reader has not chosen, or the reader chose dark; on paper always light. */
export const THEMED = `
:root {${LIGHT}
}
@media screen and (prefers-color-scheme: dark) {
:root:not([data-theme=light]) {${DARK}
}
}
@media screen {
:root[data-theme=dark] {${DARK}
}
}
`;

/** On paper: light, the drawings that were made with the page, and nothing that one would press. */
export const PAPER = `
@media print {
  @page { margin: 14mm; }
  html { font-size: 11.5px; }
  body { padding: 0; max-width: none; font-size: 1rem; }
  .skip, .theme, .legend input, .downloads, .tip, figure details, .stage { display: none !important; }
  [data-live] > svg { display: block !important; }
  .legend { position: static; border: 0; }
  article + article, main > section { break-before: page; }
  article, main > section { border: 0; margin: 0; padding: 0; }
  header + main > article:first-child { margin-top: 3rem; padding-top: 2rem; border-top: 2px solid var(--ink); }
  section { margin-top: 1.6rem; padding-top: 1rem; }
  section.beside { display: block; }
  .content { margin-top: 0.6rem; }
  .lead, figure, .remarks li, tr { break-inside: avoid; }
  h2, h3, h4, .lead { break-after: avoid; }
  .scroll { overflow: visible; margin: 0; padding: 0; }
  th, td { padding: 0.25rem 0.2rem; } table { font-size: 7.5pt; } thead th { font-size: 6.5pt; }
  .range, .standing { font-size: 6pt; }
  figure.full .chart { max-width: 150mm; }
  figure.half .chart { max-width: 80mm; }
  .content.several { display: grid; grid-template-columns: 1fr 1fr; gap: 0 8mm; }
  .content.several figure.full { grid-column: 1 / -1; }
  .several figure + figure { margin-top: 0; }
}
`;
