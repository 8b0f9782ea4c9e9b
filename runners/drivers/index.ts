import type { Transport } from '../../servers/contract.ts';
import type { Driver } from './driver.ts';
import { longPolling } from './long-polling.ts';
import { polling } from './polling.ts';
import { sse } from './sse.ts';
import { websocket } from './websocket.ts';

/** The driver of every transport: a fifth transport does not compile until it is here. */
export const DRIVERS: Readonly<Record<Transport, Driver>> = {
  polling,
  'long-polling': longPolling,
  sse,
  websocket,
};
