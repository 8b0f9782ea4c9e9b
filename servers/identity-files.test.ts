import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { readIdentity, writeIdentity } from './identity-files.ts';

const IDENTITY = { certificate: 'a certificate', key: 'a key' };

test('an identity is written for this user alone, read back, and removed', async () => {
  const { environment, remove } = await writeIdentity(IDENTITY);
  const { WIREBENCH_TLS_CERT: certificate = '', WIREBENCH_TLS_KEY: key = '' } = environment;
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
  expect([await modeOf(key), await modeOf(dirname(key))]).toEqual([0o600, 0o700]);
  expect(await readFile(certificate, 'utf8')).toBe('a certificate');
  expect(await readIdentity(environment)).toEqual(IDENTITY);
  await remove();
  await expect(stat(dirname(key))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(stat(certificate)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('without the variables there is none, and one alone is a mistake', async () => {
  expect(await readIdentity({})).toBeNull();
  const alone = 'WIREBENCH_TLS_CERT and WIREBENCH_TLS_KEY must be given together';
  await expect(readIdentity({ WIREBENCH_TLS_CERT: 'cert.pem' })).rejects.toThrow(alone);
  await expect(readIdentity({ WIREBENCH_TLS_KEY: 'key.pem' })).rejects.toThrow(alone);
});
