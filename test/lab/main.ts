/**
 * `node test/lab/main.ts up|images|down|status`: keeps a lab running between test runs.
 *
 * `up` prints shell lines for each engine on stdout and returns while the engines run on; `images` adds
 * base images that its mirror lacks, of an older lab; `down` removes the lab. Progress goes to stderr. It holds no knowledge of engines (lab.ts).
 *
 * Invariants
 * - `up` twice leaves one lab
 * - `down` ends only what `up` started
 */
import { addImages, closeRun, openLab } from './lab.ts';
import type { LabData } from './lab-data.ts';
import { isRunWhole } from './lab-run.ts';
import { forgetUp, noteUp, readUp, usableUp } from './lab-state.ts';

const log = (line: string) => console.error(`lab: ${line}`);

const COMMANDS: Record<string, () => Promise<void>> = { up, images, down, status };

const command = COMMANDS[process.argv[2] ?? ''];
if (command) await command();
else {
  console.error('usage: node test/lab/main.ts up|images|down|status');
  process.exitCode = 2;
}

async function up(): Promise<void> {
  const running = await usableUp();
  if (running?.data) {
    log('already up');
    return printEngines(running.data);
  }
  await removeBroken();
  const lab = await openLab({ log });
  const folder = await lab.leaveUp();
  if (folder) await noteUp(folder);
  printEngines(lab);
}

async function images(): Promise<void> {
  const run = await usableUp();
  if (!run) throw new Error('no lab is up');
  await addImages(run, log);
}

async function down(): Promise<void> {
  const run = await readUp();
  if (!run) return log('not up');
  await closeRun(run, log);
  await forgetUp();
  log('down');
}

async function status(): Promise<void> {
  const run = await readUp();
  if (!run) return log('not up');
  if (await usableUp()) return printEngines(run.data ?? { engines: [], leftOut: [] });
  log(`broken: ${isRunWhole(run) ? 'an engine does not answer' : 'a daemon ended'}; run \`up\` again`);
  process.exitCode = 1;
}

async function removeBroken(): Promise<void> {
  const broken = await readUp();
  if (!broken) return;
  log('removing what is left of the lab that was up');
  await closeRun(broken, log);
  await forgetUp();
}

function printEngines({ engines, leftOut }: LabData): void {
  for (const { name, version, apiVersion, dockerHost, dockerConfigDir } of engines) {
    console.log(`# ${name}: Docker ${version}, API ${apiVersion}`);
    console.log(`export DOCKER_HOST=${dockerHost} DOCKER_CONFIG=${dockerConfigDir}`);
  }
  for (const { suite, reason } of leftOut) log(`left out: ${suite} (${reason})`);
}
