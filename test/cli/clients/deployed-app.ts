/**
 * A server of the built program with an app deployed on it, and programs of users that call it.
 */
import path from 'node:path';
import { execa } from 'execa';
import { runningServer } from '../../../src/server/server-record.ts';
import { dray, drayJson, startDray } from '../../helpers/run-command.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const ROOT = path.join(import.meta.dirname, '../../..');

/** Deploys an app file, of the repository where its path is relative. */
export async function deployedApp(file: string) {
  const folder = await tempFolder();
  const env = { DRAY_DATA_DIR: folder.file('data') };
  const options = { cwd: folder.path, env };
  const server = startDray(['server', 'start', '--port', '0', '--backend', 'process'], options);
  await server.untilPrinted('listens on');
  const deployed = await dray(['deploy', path.resolve(ROOT, file)], options);
  if (deployed.exitCode !== 0) throw new Error(`${deployed.stdout}\n${deployed.stderr}`);
  const { url, token } = runningServer(env.DRAY_DATA_DIR) as {
    url: string;
    token: { id: string; secret: string };
  };
  return {
    folder,
    url,
    token,
    json: <Document>(...args: string[]) => drayJson<Document>([...args, '--json'], options),
    dray: (...args: string[]) => dray(args, options),
    /** Runs a program as its user would: with Node, finding the server by itself. */
    async program(program: string, args: readonly string[] = [], input = ''): Promise<string> {
      const { PATH } = process.env;
      const { stdout } = await execa(process.execPath, [path.resolve(ROOT, program), ...args], {
        ...{ env: { PATH, HOME: folder.path, ...env }, extendEnv: false, input, cwd: folder.path },
      });
      return stdout;
    },
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM');
      await server.ended;
      await folder[Symbol.asyncDispose]();
    },
  };
}
