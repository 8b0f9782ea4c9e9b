import { KeyObject, webcrypto } from 'node:crypto';
import 'reflect-metadata'; // What @peculiar/x509 is built on and does not bring.
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import type { TlsIdentity } from '../servers/contract.ts';

const DAY_MS = 86_400_000;

/** The curve of most certificates in use, and far cheaper to sign with than RSA. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A new key and a certificate that it has signed itself, for this machine and until tomorrow. */
export async function makeIdentity(): Promise<TlsIdentity> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=wirebench',
    // A clock that is set back while it runs does no harm.
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
        { type: 'dns', value: 'localhost' },
      ]),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
  return { certificate: certificate.toString('pem'), key: key.toString() };
}
