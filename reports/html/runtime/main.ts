import { Charts } from './charts.ts';
import { listenToDownloads } from './downloads.ts';
import { Legend } from './legend.ts';

/**
 * The script of a report: draws each chart again as wide as its column, with an answer to the
 * pointer; shows and hides transports in all of them; saves the data as files. Without it the page has
 * the charts and tables that were drawn when it was made.
 */
const charts = new Charts((arm) => legend.isolate(arm));
const legend = new Legend((hidden) => charts.hide(hidden));
listenToDownloads();
void charts.watch();
