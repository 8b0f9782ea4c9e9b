import type { Transport } from '../servers/contract.ts';
import { formatList } from './format.ts';
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

/** So many arms have their names in a sentence; of more, those of a transport are counted. */
const NAMED = 3;

/**
 * Arms in the middle of a sentence: each by its name, or, where they are many, `SSE on all 6 servers and WebSocket on
 * 2 of 6`.
 *
 * @param all the arms that they are of.
 */
export function listArms(arms: readonly ArmName[], all: readonly ArmName[]): string {
  const nameOf = armNames(all, 'inSentence');
  if (arms.length <= NAMED || new Set(all.map(({ server }) => server)).size === 1) {
    return formatList(arms.map(nameOf));
  }
  const transports = [...new Set(arms.map(({ transport }) => transport))];
  const groups = transports.map((transport) => {
    const own = arms.filter((arm) => arm.transport === transport);
    const [one] = own;
    if (own.length === 1 && one !== undefined) return nameOf(one);
    const of = all.filter((arm) => arm.transport === transport).length;
    const count = own.length === of ? `all ${of}` : `${own.length} of ${of}`;
    return `${LOOKS[transport].inSentence} on ${count} servers`;
  });
  return formatList(groups);
}
