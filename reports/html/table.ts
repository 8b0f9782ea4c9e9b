import { html, type Markup } from './escape.ts';

/** Text by row and column; the first column names the row. */
export interface DataTable {
  /** What the table is, for those who hear it. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | Markup)[])[];
}

/** A table in a box of its own, which scrolls where the page is too narrow for it. */
export function dataTable({ caption, columns, rows }: DataTable): Markup {
  return scrollBox(
    caption,
    html`<table>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
      ([name, ...cells]) =>
        html`<tr><th scope="row">${name ?? ''}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
    )}</tbody></table>`,
  );
}

/** A box that scrolls sideways, also by the keyboard, which needs it to take the focus and to have a name. */
export function scrollBox(name: string, content: Markup): Markup {
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${name}">${content}</div>`;
}
