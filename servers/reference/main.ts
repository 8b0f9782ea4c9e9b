import { formatReadyLine, TRANSPORTS } from '../contract.ts';
import { readIdentity } from '../identity-files.ts';
import { ListenError } from './listen-error.ts';
import { startReferenceServer } from './server.ts';

/**
 * The reference server as a command of the contract: address, port and TLS from the environment, one
 * ready line on stdout, the end on SIGTERM. Exits 2 if it cannot listen.
 */

const host = process.env['WIREBENCH_HOST'] || '127.0.0.1';
const port = Number(process.env['WIREBENCH_PORT'] || 0);

try {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(
      `WIREBENCH_PORT must be a number from 0 to 65535, not ${process.env['WIREBENCH_PORT']}`,
    );
  }
  const tls = await readIdentity(process.env);
  const server = await startReferenceServer({ host, port, tls });
  // Without connections and a listening socket nothing keeps the process; it exits 0 by itself.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => server.close());
  process.stdout.write(`${formatReadyLine(server.port, TRANSPORTS, tls !== null)}\n`);
} catch (error) {
  if (!(error instanceof ListenError || error instanceof RangeError)) throw error;
  process.stderr.write(`wirebench reference server: ${error.message}\n`);
  process.exitCode = 2;
}
