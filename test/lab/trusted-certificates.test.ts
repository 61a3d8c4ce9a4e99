import { describe, expect, it } from 'vitest';
import { trustedCertificates } from './trusted-certificates.ts';

const FILES: Record<string, string> = {
  '/company.pem': 'COMPANY',
  '/all.pem': 'ALL',
  '/etc/ssl/certs/ca-certificates.crt': 'DEBIAN',
};
const read = (file: string) => FILES[file];

describe('trustedCertificates', () => {
  it.each([
    { name: 'nothing where the machine names none', env: {}, bundle: undefined },
    { name: 'the whole bundle that SSL_CERT_FILE names', env: { SSL_CERT_FILE: '/all.pem' }, bundle: 'ALL' },
    {
      name: "Debian's roots and the extra ones when only extra ones are named",
      env: { NODE_EXTRA_CA_CERTS: '/company.pem' },
      bundle: 'DEBIAN\nCOMPANY',
    },
    {
      name: 'a file once that both variables name',
      env: { SSL_CERT_FILE: '/all.pem', NODE_EXTRA_CA_CERTS: '/all.pem' },
      bundle: 'ALL',
    },
    {
      name: 'nothing where the named file is not there',
      env: { SSL_CERT_FILE: '/none.pem' },
      bundle: undefined,
    },
  ])('gives $name', ({ env, bundle }) => {
    expect(trustedCertificates(env, read)?.bundle).toBe(bundle);
  });

  it('points every variable to the bundle in the image', () => {
    const trusted = trustedCertificates({ SSL_CERT_FILE: '/all.pem' }, read);
    expect(new Set(Object.values(trusted?.env ?? {}))).toEqual(new Set([trusted?.pathInImage]));
  });
});
