import { TOOLTIP_CLASS } from '../names.ts';

/** The box that says what is under the pointer; one for the whole page. */
const box = document.createElement('div');
box.className = TOOLTIP_CLASS;
box.hidden = true;
// What it says is in the table below each chart too.
box.setAttribute('aria-hidden', 'true');

/** Pixels between the pointer and the box. */
const DISTANCE = 14;

/** Shows a mark's text beside the pointer, or hides the box where there is none; Vega calls it. */
export function showTip(_handler: unknown, event: MouseEvent, _item: unknown, value: unknown): void {
  if (typeof value !== 'string' || value === '') {
    box.hidden = true;
    return;
  }
  if (!box.isConnected) document.body.append(box);
  box.textContent = value;
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const right = event.clientX + DISTANCE;
  const left =
    right + width > document.documentElement.clientWidth ? event.clientX - DISTANCE - width : right;
  const above = event.clientY - DISTANCE - height;
  // Set by the object model, which a content security policy allows where it forbids style attributes.
  box.style.left = `${Math.max(left, 4)}px`;
  box.style.top = `${above < 4 ? event.clientY + DISTANCE : above}px`;
}
