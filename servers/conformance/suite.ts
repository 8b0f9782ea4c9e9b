import type { Rule } from './rule.ts';
import { compressionRules } from './rules/compression.ts';
import { deliveryRules } from './rules/delivery.ts';
import { echoRules } from './rules/echo.ts';
import { eventsRules } from './rules/events.ts';
import { hangUpRules } from './rules/hang-ups.ts';
import { logRules } from './rules/log.ts';
import { longPollRules } from './rules/long-poll.ts';
import { pollRules } from './rules/poll.ts';
import { publishRules } from './rules/publish.ts';
import { socketRules } from './rules/socket.ts';
import { statsRules } from './rules/stats.ts';
import { valueRules } from './rules/value.ts';

/** Every rule about a server that serves, in the order in which they run: what others build on comes first. */
export const RULES: readonly Rule[] = [
  ...publishRules,
  ...pollRules,
  ...valueRules,
  ...longPollRules,
  ...eventsRules,
  ...socketRules,
  ...deliveryRules,
  ...compressionRules,
  ...echoRules,
  ...statsRules,
  ...hangUpRules,
  ...logRules,
];
