/**
 * Decides which Chromium the browser tests drive, and gets it.
 *
 * One on the path is taken. Elsewhere Debian's headless shell is unpacked into the lab's cache, with the libraries that
 * the machine lacks; nothing is installed. It starts no browser but to ask for its version.
 *
 * Invariants
 * - a folder in the cache is a browser that ran once
 * - where there is none and none can be had, the error says what to install
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { systemPath, unpackWithDependencies } from './debian-packages.ts';
import { lockWith } from './file-lock.ts';
import { browsersFolder, lockFile } from './lab-folders.ts';
import { labObstacle } from './lab-place.ts';
import { madeOnce } from './made-once.ts';

/** A browser's program, and the environment it needs. */
export type Browser = { executable: string; env: Record<string, string>; version: string };

const ON_PATH = ['chromium', 'chromium-headless-shell', 'google-chrome', 'chromium-browser'];
/** Hardware drawing, which a browser without a screen does without, and what every Debian has: it fits the machine's own. */
const LEFT_OUT = /^(?:libllvm|libgl1-mesa-dri|libz3|libc6$|libgcc|libcrypt1$|perl|tar$|dpkg$|debconf$)/;

/** The browser. Throws where there is none. */
export async function findBrowser(log: (line: string) => void): Promise<Browser> {
  for (const name of ON_PATH) {
    const found = await execa('sh', ['-c', `command -v ${name}`], { reject: false });
    const browser = found.failed ? undefined : await asked(found.stdout, {}).catch(() => undefined);
    if (browser !== undefined) return browser;
  }
  return debianBrowser(log);
}

/** Debian's, out of the lab's cache. */
export async function debianBrowser(log: (line: string) => void): Promise<Browser> {
  const obstacle = await labObstacle();
  if (obstacle !== undefined) {
    throw new Error(`no Chromium is on the path (install one, as chromium), and ${obstacle}`);
  }
  await using _lock = await lockWith(lockFile(), (pid) => log(`waiting for process ${pid}`));
  const suite = await codename();
  const folder = await madeOnce(path.join(browsersFolder(), suite), async (temporary) => {
    log(`fetching Chromium of Debian ${suite}`);
    const packages = ['chromium-headless-shell', 'fonts-dejavu-core'];
    await unpackWithDependencies(temporary, suite, packages, LEFT_OUT);
    await asked(...(await unpacked(temporary)));
  });
  return asked(...(await unpacked(folder)));
}

async function asked(executable: string, env: Record<string, string>): Promise<Browser> {
  const { stdout } = await execa(executable, ['--version'], { env });
  return { executable, env, version: stdout.trim() };
}

async function unpacked(folder: string): Promise<[executable: string, env: Record<string, string>]> {
  const libraries: string[] = [];
  for (const root of ['usr/lib', 'lib'].map((name) => path.join(folder, name))) {
    const names = (await readdir(root)).filter((name) => name.endsWith('-linux-gnu'));
    // What uses it finds it through a run path, which the unpacked place does not match.
    for (const name of names) libraries.push(path.join(root, name), path.join(root, name, 'pulseaudio'));
  }
  const fonts = path.join(folder, 'fonts.conf');
  const folders = ['/usr/share/fonts', path.join(folder, 'usr/share/fonts')];
  const dirs = folders.map((name) => `<dir>${name}</dir>`).join('');
  await writeFile(fonts, `<fontconfig>${dirs}<cachedir>${folder}/fonts.cache</cachedir></fontconfig>\n`);
  const executable = path.join(folder, 'usr/lib/chromium/chromium-headless-shell');
  return [executable, { PATH: systemPath(), LD_LIBRARY_PATH: libraries.join(':'), FONTCONFIG_FILE: fonts }];
}

async function codename(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8');
  const [, name] = /^VERSION_CODENAME=(\w+)$/m.exec(release) ?? [];
  if (name === undefined) throw new Error('/etc/os-release names no suite of Debian');
  return name;
}
