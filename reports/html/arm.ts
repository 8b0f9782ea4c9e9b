import { describeStanding } from '../describe.ts';
import { type Arm, standingOf } from '../summary.ts';
import { LOOKS } from '../transports.ts';
import { html, type Markup } from './escape.ts';

/** An arm's state as a coloured word. */
export function standing(arm: Arm): Markup {
  return html`<span class="standing ${standingOf(arm)}">${describeStanding(arm)}</span>`;
}

/** The heading of an arm's row; its server is named where several are compared. */
export function armHeading(arm: Arm, arms: readonly Arm[]): Markup {
  const several = arms.some(({ server }) => server !== arm.server);
  const server = several ? html`<span class="range">on ${arm.server}</span>` : html``;
  return html`<th scope="row">${swatch(arm)}${LOOKS[arm.transport].name}${server}</th>`;
}

/** A transport's line and point, as the charts draw them. */
export function swatch({ transport }: Pick<Arm, 'transport'>): Markup {
  const { dash } = LOOKS[transport];
  const colour = `var(--${transport})`;
  return html`<svg class="swatch" viewBox="0 0 30 12" aria-hidden="true"><path d="M0 6H30" fill="none" stroke="${colour}"
stroke-width="2.4" stroke-dasharray="${dash.join(' ')}"/><path d="${POINTS[LOOKS[transport].shape]}" fill="${colour}"/></svg>`;
}

/** The shapes of `transports.ts`, around the middle of the swatch. */
const POINTS = {
  square: 'M11 2h8v8h-8z',
  'triangle-up': 'M15 1l5 9h-10z',
  diamond: 'M15 1l4.5 5-4.5 5-4.5-5z',
  circle: 'M11 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0',
} as const;
