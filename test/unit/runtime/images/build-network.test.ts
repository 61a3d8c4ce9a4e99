import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { proxyArgsFrom, readBuildNetwork } from '../../../../src/runtime/images/build-network.ts';

async function bundleFile(content: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dray-ca-'));
  const file = path.join(folder, 'company.pem');
  await writeFile(file, content);
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe('proxyArgsFrom', () => {
  it('passes on the proxies of the shell in both spellings', () => {
    const env = {
      HTTP_PROXY: 'http://p:3128',
      https_proxy: 'http://p:3129',
      NO_PROXY: '.corp',
      PATH: '/bin',
    };
    expect(proxyArgsFrom(env)).toEqual({
      HTTP_PROXY: 'http://p:3128',
      https_proxy: 'http://p:3129',
      NO_PROXY: '.corp',
    });
  });

  it.each([
    'http://localhost:3128',
    'localhost:3128',
    'http://user:pass@127.0.0.1:8080/',
    'socks5://[::1]:1080',
    'http://127.1.2.3',
  ])('leaves out %s, which in a build is another machine', (proxy) => {
    expect(proxyArgsFrom({ HTTP_PROXY: proxy })).toEqual({});
  });

  it.each(['http://localhost.corp:3128', 'http://proxy/localhost', 'http://127.example.com', ''])(
    'takes %j for what it is',
    (proxy) =>
      expect(proxyArgsFrom({ HTTP_PROXY: proxy })).toEqual(proxy === '' ? {} : { HTTP_PROXY: proxy }),
  );
});

describe('readBuildNetwork', () => {
  it('finds nothing in a shell that says nothing', async () => {
    expect(await readBuildNetwork({ NODE_EXTRA_CA_CERTS: '' })).toEqual({ proxyArgs: {} });
  });

  it("adds Node's own roots to NODE_EXTRA_CA_CERTS, whose certificates are extra ones", async () => {
    await using bundle = await bundleFile('COMPANY\n');
    const { caBundle = '' } = await readBuildNetwork({
      NODE_EXTRA_CA_CERTS: bundle.file,
      SSL_CERT_FILE: '/none',
    });
    expect(caBundle.startsWith('COMPANY\n')).toBe(true);
    expect(caBundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(rootCertificates.length);
  });

  it('adds no certificate twice, however its lines are broken', async () => {
    await using bundle = await bundleFile(rootCertificates.join('\r\n\r\n').replaceAll('\n', '\r\n'));
    const { caBundle = '' } = await readBuildNetwork({ NODE_EXTRA_CA_CERTS: bundle.file });
    expect(caBundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(rootCertificates.length);
  });

  it('takes SSL_CERT_FILE as it is', async () => {
    await using bundle = await bundleFile('COMPANY\n');
    expect(await readBuildNetwork({ SSL_CERT_FILE: bundle.file })).toEqual({
      proxyArgs: {},
      caBundle: 'COMPANY\n',
    });
  });

  it('names the variable whose file cannot be read', async () => {
    await expect(readBuildNetwork({ NODE_EXTRA_CA_CERTS: '/no/such.pem' })).rejects.toMatchObject({
      code: 'CA_BUNDLE_UNREADABLE',
      exitCode: 3,
      message: 'the file that NODE_EXTRA_CA_CERTS names cannot be read: /no/such.pem',
    });
  });
});
