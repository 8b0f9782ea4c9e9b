import { formatReadyLine } from '../../servers/contract.ts';
import { startReferenceServer } from '../../servers/reference/server.ts';
import { makeIdentity } from '../identity.ts';

/** A server that always serves over TLS, with a certificate of its own instead of the one that it is given. */
const { port, transports } = await startReferenceServer({ tls: await makeIdentity() });
process.stdout.write(`${formatReadyLine(port, transports, true)}\n`);
