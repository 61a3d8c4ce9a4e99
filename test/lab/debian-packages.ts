/**
 * Gets files out of Debian packages without changing how the machine is set up.
 *
 * Packages of a suite are downloaded with an apt configuration of their own and unpacked into a folder;
 * only small tools without a service are installed, and only when missing. It does not choose packages.
 *
 * Invariants
 * - the machine's apt sources and lists are never written
 * - no package that starts a service is installed
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

const MIRROR = 'http://deb.debian.org/debian';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const NO_QUESTIONS = { DEBIAN_FRONTEND: 'noninteractive' };

/** Tools the lab calls, by the Debian package that ships them. */
const TOOLS = { mmdebstrap: 'mmdebstrap', iptables: 'iptables', ip: 'iproute2' };

/** Installs the tools that are missing. */
export async function installTools(log: (line: string) => void): Promise<void> {
  const missing: string[] = [];
  for (const [command, debianPackage] of Object.entries(TOOLS)) {
    const found = await execa('sh', ['-c', `command -v ${command}`], {
      reject: false,
      env: { PATH: systemPath() },
    });
    if (found.failed) missing.push(debianPackage);
  }
  if (missing.length === 0) return;
  log(`installing ${missing.join(', ')}`);
  const install = ['install', '-y', '-q', '--no-install-recommends', ...missing];
  const first = await execa('apt-get', install, { env: NO_QUESTIONS, reject: false });
  if (!first.failed) return;
  await execa('apt-get', ['update', '-q'], { env: NO_QUESTIONS });
  await execa('apt-get', install, { env: NO_QUESTIONS });
}

/** Unpacks packages into `folder`; each is given as `name/suite`, a suite that moves may drop one. */
export async function unpackPackages(folder: string, packages: string[]): Promise<void> {
  const suites = new Set(packages.map((name) => name.split('/')[1] ?? ''));
  await withApt(folder, [...suites], async (apt) => apt(['download', '-q', ...packages]));
}

/**
 * Unpacks packages of one suite into `folder`, with all that they depend on but what `leaveOut` names. What the machine
 * has installed plays no part: it may come from elsewhere.
 */
export async function unpackWithDependencies(
  folder: string,
  suite: string,
  packages: readonly string[],
  leaveOut: RegExp,
): Promise<void> {
  await withApt(folder, [suite], async (apt) => {
    const install = ['install', '-s', '-q', '--no-install-recommends'];
    const { stdout } = await apt([...install, ...packages]);
    const needed = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
    const wanted = new Set([...packages, ...needed.filter((name) => !leaveOut.test(name))]);
    await apt(['download', '-q', ...wanted]);
  });
}

type Apt = (args: readonly string[]) => Promise<{ readonly stdout: string }>;

/** Unpacks into `folder` what `download` had apt download from these suites, by an apt configuration of its own. */
async function withApt(
  folder: string,
  suites: readonly string[],
  download: (apt: Apt) => Promise<unknown>,
): Promise<void> {
  const workspace = `${folder}.apt`;
  try {
    for (const part of ['lists/partial', 'cache/archives/partial', 'debs']) {
      await mkdir(path.join(workspace, part), { recursive: true });
    }
    const sources = suites.map((suite) => `deb [signed-by=${KEYRING}] ${MIRROR} ${suite} main\n`);
    await writeFile(path.join(workspace, 'sources.list'), sources.join(''));
    const options = [
      `-oDir::Etc::SourceList=${workspace}/sources.list`,
      '-oDir::Etc::SourceParts=/dev/null',
      `-oDir::State::Lists=${workspace}/lists`,
      `-oDir::Cache=${workspace}/cache`,
      // As if nothing were installed: the machine decides neither what is needed nor which version.
      '-oDir::State::status=/dev/null',
      '-oAcquire::Languages=none',
      '-oAcquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
      '-oAPT::Sandbox::User=root',
    ];
    const debs = path.join(workspace, 'debs');
    const apt: Apt = (args) => execa('apt-get', [...options, ...args], { cwd: debs, env: NO_QUESTIONS });
    await apt(['update', '-q', '--error-on=any']);
    await download(apt);
    for (const deb of await readdir(debs)) await execa('dpkg', ['-x', path.join(debs, deb), folder]);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** PATH with the folders of root's programs, which a user's shell may lack. */
export function systemPath(): string {
  return [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']
    .filter(Boolean)
    .join(':');
}
