import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsIdentity } from './contract.ts';
import type { Trace } from './trace.ts';

/** The contract's variables: where a server finds its certificate and its key, in PEM. */
const CERTIFICATE = 'WIREBENCH_TLS_CERT';
const KEY = 'WIREBENCH_TLS_KEY';

/** An identity on disk. */
export interface IdentityFiles {
  /** The contract's variables, for the server's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same paths, by what is there. */
  readonly paths: { readonly certificate: string; readonly key: string };
  remove(): Promise<void>;
}

/**
 * Writes an identity where only this user can read it (mkdtemp(3) makes the folder 0700).
 *
 * @param onTrace told the folder before anything is in it.
 */
export async function writeIdentity(
  { certificate, key }: TlsIdentity,
  onTrace: (trace: Trace) => void = () => {},
): Promise<IdentityFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-tls-'));
  onTrace({ kind: 'folder', path: folder });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const paths = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    await writeFile(paths.certificate, certificate);
    await writeFile(paths.key, key, { mode: 0o600 });
    return { environment: { [CERTIFICATE]: paths.certificate, [KEY]: paths.key }, paths, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * The identity that the environment gives to a server; `null` if TLS is not asked for.
 *
 * @throws RangeError if one of the variables is missing; Error if a file cannot be read
 */
export async function readIdentity(environment: NodeJS.ProcessEnv): Promise<TlsIdentity | null> {
  const { [CERTIFICATE]: certificate, [KEY]: key } = environment;
  if (certificate === undefined && key === undefined) return null;
  if (certificate === undefined || key === undefined) {
    throw new RangeError(`${CERTIFICATE} and ${KEY} must be given together`);
  }
  return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
}
