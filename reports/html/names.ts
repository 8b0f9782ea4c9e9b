/**
 * What the page and the scripts in it call the things that they share: the renderer writes these names,
 * the scripts look for them.
 */

/** Ids of the elements that hold data, each compressed; see `embedded-results.ts`. */
export const DATA_IDS = {
  charts: 'data-charts',
  results: 'data-results',
  summary: 'data-summary',
  values: 'data-values',
} as const;

/** Ids of the elements that hold the scripts of a page, compressed: this and a number, from 0. */
export const SCRIPT_ID = 'script-';

/** Attributes by which the scripts find what they work on. */
export const ATTRIBUTES = {
  /** The number of a chart among {@link DATA_IDS}`.charts`, on the element that holds its drawing. */
  chart: 'data-chart',
  /** On a chart's holder and on the document, once a script has drawn. */
  live: 'data-live',
  /** The name of an arm, on the checkbox that shows and hides it. */
  arm: 'data-arm',
  /** What only a script can do: shown once it runs. */
  scripted: 'data-scripted',
  /** On the document: the theme that the reader chose; none where the system's holds. */
  theme: 'data-theme',
  /** On a button: the id of the data that it saves as a file, and the file's name and media type. */
  download: 'data-download',
  fileName: 'data-file-name',
  mediaType: 'data-media-type',
} as const;

/** What the page of a folder's runs is kept up to date by: its server's event stream, and the parts that it replaces. */
export const LIVE = {
  path: '/events',
  /** Ids of the parts, which are also their names in an event. */
  parts: ['in-flight', 'runs'],
  /** The attribute of an entry of a part: the name of the run. */
  run: 'data-run',
  /** Id of the line that says whether the page is up to date. */
  status: 'live-status',
} as const;

/** The themes that can be chosen; `auto` is the system's. */
export const THEMES = ['auto', 'light', 'dark'] as const;

/** The name of the group of radio buttons that choose the theme, and of what remembers the choice. */
export const THEME_CHOICE = 'wirebench-theme';

/** The signal of every chart that holds the names of the arms that are hidden. */
export const HIDDEN_SIGNAL = 'hidden';

/** The class of the element beside the static drawing in which a script draws. */
export const STAGE_CLASS = 'stage';

/** The class of the box that follows the pointer. */
export const TOOLTIP_CLASS = 'tip';
