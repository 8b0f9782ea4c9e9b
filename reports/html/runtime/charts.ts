import { ATTRIBUTES, DATA_IDS, HIDDEN_SIGNAL, STAGE_CLASS } from '../names.ts';
import { unpack } from './data.ts';
import { type Spec, type View, viewOf } from './drawing.ts';
import { showTip } from './tip.ts';

/** How far outside the window a chart is drawn already, so that nobody sees it change while scrolling. */
const MARGIN = '800px';

/** The charts of the page: drawn when they come near, as wide as their column, and all of one mind. */
export class Charts {
  readonly #views = new Map<Element, View>();
  readonly #pressed: (arm: string) => void;
  #hidden: readonly string[] = [];

  /** @param pressed told of the arm whose mark was pressed in a chart. */
  constructor(pressed: (arm: string) => void) {
    this.#pressed = pressed;
  }

  /** Draws what is near the window, and the rest as it comes near. */
  async watch(): Promise<void> {
    const data = await unpack(DATA_IDS.charts);
    if (data === null) return;
    const specs = JSON.parse(await data.text()) as readonly Spec[];
    const resized = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) void this.#fit(target, contentRect.width);
    });
    const near = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const spec = specs[Number(target.getAttribute(ATTRIBUTES.chart))];
          if (!isIntersecting || spec === undefined) continue;
          near.unobserve(target);
          void this.#draw(target, spec).then(() => resized.observe(target));
        }
      },
      { rootMargin: MARGIN },
    );
    for (const holder of document.querySelectorAll(`[${ATTRIBUTES.chart}]`)) near.observe(holder);
    document.documentElement.setAttribute(ATTRIBUTES.live, '');
  }

  /** Fades these arms in every chart, drawn or still to be drawn. */
  hide(arms: readonly string[]): void {
    this.#hidden = arms;
    for (const view of this.#views.values()) void view.signal(HIDDEN_SIGNAL, arms).runAsync();
  }

  /** Draws beside the static drawing, which the style then leaves to paper. */
  async #draw(holder: Element, spec: Spec): Promise<void> {
    const stage = document.createElement('div');
    stage.className = STAGE_CLASS;
    const view = viewOf(spec, stage);
    view.width(holder.clientWidth).signal(HIDDEN_SIGNAL, this.#hidden).tooltip(showTip);
    view.addEventListener('click', (_, item) => {
      const arm: unknown = item?.datum?.arm;
      if (typeof arm === 'string') this.#pressed(arm);
    });
    await view.runAsync();
    this.#views.set(holder, view);
    holder.append(stage);
    holder.setAttribute(ATTRIBUTES.live, '');
  }

  async #fit(holder: Element, width: number): Promise<void> {
    const view = this.#views.get(holder);
    if (view === undefined || width === 0 || view.width() === width) return;
    await view.width(width).runAsync();
  }
}
