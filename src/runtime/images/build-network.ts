/**
 * Reads from the user's shell what a build needs to reach the network the way the user does: proxies and the CAs
 * to trust.
 *
 * It decides nothing about the image: proxies become Docker's predefined build arguments, which are part of
 * neither image nor cache, and the bundle is mounted while a step runs (run-step.ts).
 */
import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { EnvironmentError } from '../../shared/errors.ts';

export interface BuildNetwork {
  readonly proxyArgs: Readonly<Record<string, string>>;
  /** PEM text of every CA to trust; none where the user's shell names no bundle. */
  readonly caBundle?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Docker's predefined arguments (https://docs.docker.com/reference/dockerfile/#predefined-args), both cases. */
const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];

/** What this shell says. Throws an EnvironmentError where it names a bundle that cannot be read. */
export async function readBuildNetwork(env: Env): Promise<BuildNetwork> {
  const caBundle = await readCaBundle(env);
  return { proxyArgs: proxyArgsFrom(env), ...(caBundle !== undefined && { caBundle }) };
}

/** The proxy variables that are set, less proxies on the loopback address: in a build that is another machine. */
export function proxyArgsFrom(env: Env): Record<string, string> {
  const args: Record<string, string> = {};
  for (const name of PROXY_VARIABLES.flatMap((upper) => [upper, upper.toLowerCase()])) {
    const value = env[name];
    if (value && !isLoopback(value)) args[name] = value;
  }
  return args;
}

/** NODE_EXTRA_CA_CERTS adds to what Node trusts anyway; SSL_CERT_FILE is all that is trusted. */
async function readCaBundle(env: Env): Promise<string | undefined> {
  if (env.NODE_EXTRA_CA_CERTS) {
    const extra = await readBundle('NODE_EXTRA_CA_CERTS', env.NODE_EXTRA_CA_CERTS);
    return mergeCertificates(extra, rootCertificates);
  }
  return env.SSL_CERT_FILE ? await readBundle('SSL_CERT_FILE', env.SSL_CERT_FILE) : undefined;
}

async function readBundle(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new EnvironmentError(
      'CA_BUNDLE_UNREADABLE',
      `the file that ${variable} names cannot be read: ${file}`,
      {
        suggestions: [`correct ${variable}, or unset it`],
        cause,
      },
    );
  }
}

/** `bundle` and those of `others` that it lacks. */
function mergeCertificates(bundle: string, others: readonly string[]): string {
  const compact = bundle.replaceAll(/\s/g, '');
  const missing = others.filter((certificate) => !compact.includes(certificate.replaceAll(/\s/g, '')));
  return [bundle.trimEnd(), ...missing, ''].join('\n');
}

function isLoopback(proxy: string): boolean {
  return /^(?:[a-z0-9]+:\/\/)?(?:[^@/]*@)?(?:localhost|127(?:\.\d+){3}|\[::1\])(?::|\/|$)/i.test(proxy);
}
