import type { Transport } from '../servers/contract.ts';
import type { Arm } from './summary.ts';
import { visible } from './visible.ts';

/** How one transport looks everywhere: in colour, and without. */
export interface Look {
  /** What people call it. */
  readonly name: string;
  /** The same in the middle of a sentence. */
  readonly inSentence: string;
  /** Colours of Okabe and Ito's palette, which all kinds of colour vision tell apart, on white and on black. */
  readonly light: string;
  readonly dark: string;
  /** Dashes of its lines, in pixels; none is a solid line. */
  readonly dash: readonly number[];
  /** Shape of its points, as Vega names it. */
  readonly shape: 'square' | 'triangle-up' | 'diamond' | 'circle';
}

/** One fixed look per transport, in every chart and table. */
export const LOOKS: Readonly<Record<Transport, Look>> = {
  polling: {
    name: 'Polling',
    inSentence: 'polling',
    light: '#d55e00',
    dark: '#f0803c',
    dash: [2, 3],
    shape: 'square',
  },
  'long-polling': {
    name: 'Long-polling',
    inSentence: 'long-polling',
    light: '#b8860b',
    dark: '#e69f00',
    dash: [7, 3],
    shape: 'triangle-up',
  },
  sse: {
    name: 'SSE',
    inSentence: 'SSE',
    light: '#009e73',
    dark: '#2fc296',
    dash: [9, 3, 2, 3],
    shape: 'diamond',
  },
  websocket: {
    name: 'WebSocket',
    inSentence: 'WebSocket',
    light: '#0072b2',
    dark: '#56b4e9',
    dash: [],
    shape: 'circle',
  },
};

/** What an arm is told apart by. */
export type ArmName = Pick<Arm, 'transport' | 'server'>;

/** Names arms by transport, and by server too where several are compared. */
export function armNames(
  arms: readonly ArmName[],
  form: 'name' | 'inSentence' = 'name',
): (arm: ArmName) => string {
  const several = new Set(arms.map(({ server }) => server)).size > 1;
  return ({ transport, server }) => `${LOOKS[transport][form]}${several ? ` on ${visible(server)}` : ''}`;
}
