import autocannon from 'autocannon';

/**
 * autocannon, in a process of its own: closed loop and without a rate, which is what it is good
 * at. Its answer goes to the parent as {@link CeilingReport}.
 */
export interface CeilingReport {
  readonly requestsPerSecond: number;
  readonly errors: number;
}

const [url = '', connections = '', durationMs = '', statuses = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit(0));
// Without a rate it corrects nothing: no latency of its is used, and no sample is made up.
const result = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(durationMs) / 1_000,
});
const good = new Set(statuses.split(','));
const refused = Object.entries(result.statusCodeStats ?? {})
  .filter(([status]) => !good.has(status))
  .reduce((sum, [, { count }]) => sum + (count ?? 0), 0);
const report: CeilingReport = {
  requestsPerSecond: result.requests.total / result.duration,
  errors: result.errors + refused,
};
process.send?.(report, () => process.disconnect());
