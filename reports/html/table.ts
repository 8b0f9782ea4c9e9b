import { html, type Markup, unbroken } from './escape.ts';

/** Text by row and column; the first column names the row. */
export interface DataTable {
  /** What the table is, for those who hear it. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | Markup)[])[];
  /** How many of the first columns are words, which are read from the left; 1 if not said. */
  readonly words?: number;
}

/** A table in a box of its own, which scrolls where the page is too narrow for it. */
export function dataTable({ caption, columns, rows, words = 1 }: DataTable): Markup {
  const side = (index: number) => (index < words ? html` class="word"` : html``);
  return scrollBox(
    caption,
    html`<table>
<thead><tr>${columns.map((column, index) => html`<th scope="col"${side(index)}>${column}</th>`)}</tr></thead>
<tbody>${rows.map(
      ([name, ...cells]) =>
        html`<tr><th scope="row" class="word">${name ?? ''}</th>${cells.map((cell, index) => html`<td${side(index + 1)}>${typeof cell === 'string' ? unbroken(cell) : cell}</td>`)}</tr>`,
    )}</tbody></table>`,
  );
}

/** A box that scrolls sideways, also by the keyboard, which needs it to take the focus and to have a name. */
export function scrollBox(name: string, content: Markup): Markup {
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${name}">${content}</div>`;
}
