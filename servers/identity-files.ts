import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsIdentity } from './contract.ts';

/** The contract's variables: where a server finds its certificate and its key, in PEM. */
const CERTIFICATE = 'WIREBENCH_TLS_CERT';
const KEY = 'WIREBENCH_TLS_KEY';

/** An identity on disk. */
export interface IdentityFiles {
  /** The contract's variables, for the server's environment. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Writes an identity where only this user can read it (mkdtemp(3) makes the folder 0700). */
export async function writeIdentity({ certificate, key }: TlsIdentity): Promise<IdentityFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-tls-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const environment = { [CERTIFICATE]: join(folder, 'cert.pem'), [KEY]: join(folder, 'key.pem') };
    await writeFile(environment[CERTIFICATE], certificate);
    await writeFile(environment[KEY], key, { mode: 0o600 });
    return { environment, remove };
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
