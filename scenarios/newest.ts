import type { Transport } from '../servers/contract.ts';
import type { Scenario } from './schema.ts';

/** Whether clients ask for the newest message of their channel only, and not for all of them. */
export function asksForNewest(
  { workload, tuning }: Pick<Scenario, 'workload' | 'tuning'>,
  transport: Transport,
): boolean {
  return transport === 'polling' && tuning.polling.mode === 'latest' && workload.kind !== 'request';
}
