import type { Dialect } from '../../servers/dialect.ts';
import { guardedDialect } from '../../servers/guarded-dialect.ts';
import { ProtocolError, quoted } from '../wire/protocol-error.ts';
import { CONTRACT } from './contract-dialect.ts';

/**
 * How a server is spoken to: as its adapter says, or as the contract does.
 *
 * @param adapter the `file:` URL of a server module; `null` for the contract.
 * @throws Error if the module cannot be imported or says nothing of a dialect.
 */
export async function dialectOf(adapter: string | null): Promise<Dialect> {
  if (adapter === null) return CONTRACT;
  const module: { default?: { speaks?: Dialect } } = await import(adapter);
  const dialect = module.default?.speaks;
  if (dialect === undefined) throw new Error(`${adapter} does not export how its server is spoken to`);
  return understanding(guardedDialect(dialect));
}

/** What an adapter cannot read is the server's fault, on its connection, and not the end of a trial. */
function understanding(dialect: Dialect): Dialect {
  const { polling, newest, sse, websocket, echo } = dialect;
  const longPolling = dialect['long-polling'];
  return {
    ...dialect,
    ...(polling && { polling: { ...polling, read: guard(polling.read) } }),
    ...(newest && { newest: { ...newest, read: guard(newest.read) } }),
    ...(longPolling && { 'long-polling': { ...longPolling, read: guard(longPolling.read) } }),
    ...(sse?.hear && { sse: { ...sse, hear: guard(sse.hear) } }),
    ...(websocket?.hear && { websocket: { ...websocket, hear: guard(websocket.hear) } }),
    ...(echo?.socket?.hear && {
      echo: { ...echo, socket: { ...echo.socket, hear: guard(echo.socket.hear) } },
    }),
  };
}

function guard<Given extends unknown[], Result>(
  read: (...given: Given) => Result,
): (...given: Given) => Result {
  return (...given) => {
    try {
      return read(...given);
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ProtocolError(
        'not-understood',
        `the adapter did not understand the server: ${quoted(reason)}`,
      );
    }
  };
}
