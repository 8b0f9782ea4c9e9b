import { PAPER, THEMED } from './style/colours.ts';
import { FRAME } from './style/frame.ts';
import { PARTS } from './style/parts.ts';
import { RUNS } from './style/runs.ts';

/** The style sheet of every page: one column of reading, light or dark as the reader wants it, and paper. */
export const STYLE = [THEMED, FRAME, PARTS, RUNS, PAPER].join('');
