import { styleText } from 'node:util';

/** The styles that text for a terminal uses. */
export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** Puts text into a style. */
export type Paint = (style: Style, text: string) => string;

/** Colours, or leaves text as it is. */
export function painter(colour: boolean): Paint {
  return colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}
