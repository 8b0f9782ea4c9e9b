import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Place, PlacedServer } from './contract.ts';
import { LaunchError } from './launch-error.ts';
import type { Trace } from './trace.ts';

/** A folder with a server's files, and the port that they name. */
export interface MadePlace extends Place {
  /** Takes the folder away with all that is in it. May be called again. */
  remove(): Promise<void>;
}

/**
 * Makes a place and writes the files there.
 *
 * @param onTrace told the folder before anything is in it.
 */
export async function makePlace(
  host: string,
  tls: Place['tls'],
  files: PlacedServer['files'],
  onTrace: (trace: Trace) => void = () => {},
): Promise<MadePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-server-'));
  onTrace({ kind: 'folder', path: folder });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const place = { folder, host, port: await freePort(host), tls };
    for (const [path, text] of Object.entries(filesIn(place, files))) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return { ...place, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** @throws LaunchError */
function filesIn(place: Place, files: PlacedServer['files']): Readonly<Record<string, string>> {
  let made: unknown;
  try {
    made = files(place);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LaunchError('cannot-start', `the adapter's files threw: ${reason}`, [], { cause });
  }
  const texts = typeof made === 'object' && made !== null ? Object.values(made) : [];
  if (texts.length > 0 && texts.every((text) => typeof text === 'string'))
    return made as Record<string, string>;
  const problem = "the adapter's files must return an object with the text of each file by its path";
  throw new LaunchError('cannot-start', problem, []);
}

/** A port that was free a moment ago: who cannot be told to choose has to be told one. */
function freePort(host: string): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
