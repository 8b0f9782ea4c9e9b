import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Place, PlacedServer } from './contract.ts';

/** A folder with a server's files, and the port that they name. */
export interface MadePlace extends Place {
  /** Takes the folder away with all that is in it. May be called again. */
  remove(): Promise<void>;
}

/** Makes a place and writes the files there. */
export async function makePlace(
  host: string,
  tls: Place['tls'],
  files: PlacedServer['files'],
): Promise<MadePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-server-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const place = { folder, host, port: await freePort(host), tls };
    for (const [path, text] of Object.entries(files(place))) {
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
