/**
 * Decides which environment variables of this process a function may see where it runs as a child process.
 *
 * Only those that make programs work on this machine: paths, language, proxies, certificates. Not the whole
 * environment: it holds what the user's shell holds, tokens of other services included, and a function that came to
 * rely on it would break in a container.
 *
 * Pure. What the function's spec sets wins.
 */

const INHERITED = new Set([
  // Where programs, homes and temporary files are.
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TMP', 'TEMP'],
  ...['LANG', 'LANGUAGE', 'TZ'],
  // How the network is reached, and whom to trust on it.
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'PIP_CERT', 'GIT_SSL_CAINFO'],
  // Without these no program starts on Windows.
  ...['SYSTEMROOT', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
]);

/** The environment of a child process: what is inherited of `parent`, and `own` over it. */
export function processEnv(
  parent: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    // Proxies are written in either case, and Windows writes all names as it likes.
    const known = name.toUpperCase();
    if (value !== undefined && (INHERITED.has(known) || known.startsWith('LC_'))) env[name] = value;
  }
  return Object.assign(env, own);
}
