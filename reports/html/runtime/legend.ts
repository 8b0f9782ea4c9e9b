import { ATTRIBUTES } from '../names.ts';

/** The checkboxes that show and hide arms: every scenario of the page has some, and equal names go together. */
export class Legend {
  readonly #boxes = [...document.querySelectorAll<HTMLInputElement>(`input[${ATTRIBUTES.arm}]`)];
  readonly #changed: (hidden: readonly string[]) => void;

  /** @param changed told which arms are to be hidden. */
  constructor(changed: (hidden: readonly string[]) => void) {
    this.#changed = changed;
    for (const box of this.#boxes) {
      box.addEventListener('change', () => this.#set((arm) => (arm === nameOf(box) ? box.checked : null)));
    }
    // They may be as the reader left them before going back, or pressed before this script ran.
    this.#set(() => null);
  }

  /** Shows an arm alone; all again, if it is alone already. */
  isolate(arm: string): void {
    const isAlone = this.#boxes.every((box) => box.checked === (nameOf(box) === arm));
    this.#set((name) => isAlone || name === arm);
  }

  /** @param shows whether an arm is to be shown; `null` leaves it as it is. */
  #set(shows: (arm: string) => boolean | null): void {
    for (const box of this.#boxes) box.checked = shows(nameOf(box)) ?? box.checked;
    const hidden = this.#boxes.filter(({ checked }) => !checked).map(nameOf);
    this.#changed([...new Set(hidden)]);
  }
}

function nameOf(box: Element): string {
  return box.getAttribute(ATTRIBUTES.arm) ?? '';
}
