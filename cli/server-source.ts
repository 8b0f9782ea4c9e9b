import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import type { ServerSpec, Transport } from '../servers/contract.ts';
import { defaultExport, namesModule } from './default-export.ts';
import { UsageError } from './exit.ts';
import type { Rooms } from './rooms.ts';

/** The name of the server that comes with the tool. */
export const REFERENCE = 'reference';

/** How far the load may go, and whether those who get it prove who they are. */
export interface Reach {
  readonly allowRemote: boolean;
  /** Certificates of servers at `https:` origins are not checked. */
  readonly insecureTls: boolean;
}

/** The flags that say so. */
export interface ReachFlags {
  readonly 'allow-remote': boolean;
  readonly 'insecure-tls': boolean;
}

/** What they say. */
export function reachOf(flags: ReachFlags): Reach {
  return { allowRemote: flags['allow-remote'], insecureTls: flags['insecure-tls'] };
}

/** What the command line says about servers. */
export interface ServerWords extends Reach {
  /** Names, server files and origins. */
  readonly words: readonly string[];
  /** What a server at an origin is taken to have. */
  readonly transports: readonly Transport[];
  /** Absolute folder that relative paths start from. */
  readonly cwd: string;
}

/**
 * The servers that words on a command line stand for.
 *
 * @throws UsageError for a word that stands for none, for two servers of one name, and for a server that is not
 *   on this machine unless that is allowed; the errors of `readServerFile`.
 */
export async function loadServers(
  { words, transports, allowRemote, insecureTls, cwd }: ServerWords,
  rooms: Rooms,
): Promise<ServerSpec[]> {
  const servers: ServerSpec[] = [];
  for (const word of words) {
    const server = await load(word, transports, cwd, rooms);
    if (servers.some(({ name }) => name === server.name)) {
      throw new UsageError(
        `--server ${word}: there is already a server named "${server.name}"; give one another name in a server file`,
      );
    }
    if ('url' in server && !allowRemote && !isLoopback(new URL(server.url).hostname)) {
      throw new UsageError(
        `--server ${word}: ${server.url} is not on this machine, and a benchmark is a load that its owner must have agreed to; add --allow-remote if so`,
      );
    }
    servers.push(insecureTls ? unchecked(server) : server);
  }
  return servers;
}

/** A server whose certificate is not checked, if it is one at an origin. */
function unchecked(server: ServerSpec): ServerSpec {
  return 'url' in server && server.url.startsWith('https:') ? { ...server, tls: { verify: false } } : server;
}

async function load(
  word: string,
  transports: readonly Transport[],
  cwd: string,
  rooms: Rooms,
): Promise<ServerSpec> {
  const builtIn = (await rooms.builtInServers()).find(({ name }) => name === word);
  if (builtIn !== undefined) {
    const missing = await builtIn.missing();
    if (missing !== null) throw new UsageError(`--server ${word}: ${missing}`);
    return builtIn.spec();
  }
  if (/^https?:\/\//.test(word)) {
    const { origin, host } = parseUrl(word);
    return { name: host, url: origin, transports };
  }
  const file = resolve(cwd, word);
  if (word.endsWith('.json')) return rooms.readServerFile(file);
  if (namesModule(word))
    return rooms.serverOf(await defaultExport(word, file, 'defineServer({ name: … })'), file);
  const names = (await rooms.builtInServers()).map(({ name }) => name).join(', ');
  throw new UsageError(
    `--server ${word}: there is no such server; use one of ${names}, a file ending in .json, .js, .mjs or .ts, or an origin such as http://127.0.0.1:8080`,
  );
}

function parseUrl(word: string): URL {
  if (!URL.canParse(word))
    throw new UsageError(`--server ${word}: is not a URL such as http://127.0.0.1:8080`);
  const url = new URL(word);
  if (url.pathname !== '/' || url.search !== '') {
    throw new UsageError(
      `--server ${word}: the contract's routes begin at the root; give the origin only, ${url.origin}`,
    );
  }
  return url;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** True for a host name or address that is this machine by definition (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3, RFC 6761 §6.3). */
export function isLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(address);
  if (family === 0) return address === 'localhost' || address.endsWith('.localhost');
  return LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
