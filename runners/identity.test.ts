import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeIdentity } from './identity.ts';

it('makes a key on P-256 and a certificate of it, for this machine and for now', async () => {
  const identity = await makeIdentity();
  const certificate = new X509Certificate(identity.certificate);
  const key = createPrivateKey(identity.key);
  expect(key.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  expect(certificate.checkPrivateKey(key)).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(['127.0.0.1', '::1'].map((address) => certificate.checkIP(address))).toEqual(['127.0.0.1', '::1']);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  const [from, to] = [certificate.validFrom, certificate.validTo].map((date) => Date.parse(date));
  expect(from).toBeLessThan(Date.now());
  expect(to).toBeGreaterThan(Date.now());
});

it('makes another one every time', async () => {
  const [one, other] = await Promise.all([makeIdentity(), makeIdentity()]);
  expect(one.key).not.toBe(other.key);
  expect(one.certificate).not.toBe(other.certificate);
});
