/** Flags of every command that turns a load on servers: whom to ask, and through which network. */

/** Which transports of which servers. */
export const ARM_FLAGS = {
  transports: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Some of polling,long-polling,sse,websocket',
  },
  server: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'A name (see list), a server file or module, or an origin; may be repeated',
  },
} as const;

/** How far the load may go, and whom it is sent to. */
export const REACH_FLAGS = {
  'insecure-tls': {
    type: 'boolean',
    default: false,
    describe: 'Do not check the certificates of servers at https: origins; the report says so',
  },
  'allow-remote': { type: 'boolean', default: false, describe: 'Let the load leave this machine' },
} as const;

/** What is in between, and how many processes make the load. */
export const NETWORK_FLAGS = {
  rtt: { type: 'string', describe: 'Put a network with this round-trip time in between, as in 50ms' },
  kbps: { type: 'string', describe: "Kilobits per second of each client's line in that network" },
  tls: { type: 'boolean', describe: 'Over TLS (https, wss), with a certificate made for each trial' },
  workers: { type: 'string', describe: 'Generator processes [as many as needed]' },
} as const;
