/**
 * Makes a call on a server and leaves it there: the app is deployed under a name of its own, for this call alone, and
 * the server stops it when the call has ended.
 */
import { deployApp } from '../client/deploy-app.ts';
import { ServerConnection } from '../client/server-connection.ts';
import type { Settings } from '../config/settings.ts';
import { UserError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { targetOf } from './call-chosen.ts';
import { DeployOutput } from './deploy-output.ts';
import { chooseArguments } from './function-arguments.ts';
import { chosenName, parseFunctionReference } from './function-reference.ts';
import { onInterrupt } from './interrupt.ts';
import { type OpenedForDeploy, prepareDeploy } from './prepare-deploy.ts';
import { reachableServer } from './reachable-server.ts';

/** The document of `dray run --detach --json`. */
export interface DetachedRunResult {
  /** The name that the app has on the server. */
  app: string;
  environment: string;
  entrypoint: string;
  callId: string;
  server: string;
}

type Opened = OpenedForDeploy & Parameters<typeof chooseArguments>[0];

export interface DetachedRun {
  openApp(file: string): Promise<Opened>;
  /** The reference to the function, as it was typed, and what stood after it. */
  readonly text: string;
  readonly words: readonly string[];
  readonly settings: Settings;
  readonly flags: { readonly profile?: string | undefined; readonly quiet: boolean };
  /** Version of this dray. */
  readonly client: string;
}

/** Of 64 characters that a name may have. */
const NAME_CHARACTERS = 48;

/** Resolves once the call is accepted for good. Throws DETACH_ENTRYPOINT, and what deploying and calling throw. */
export async function runDetached(run: DetachedRun): Promise<DetachedRunResult> {
  using interrupt = onInterrupt();
  const { settings, flags, text } = run;
  const { signal } = interrupt;
  const reference = parseFunctionReference(text);
  const opened = await run.openApp(reference.file);
  const { chosen, given } = await chooseArguments(opened, reference, run.words, text);
  const entrypoint = chosenName(chosen);
  if (chosen.kind === 'entrypoint') throw entrypointStays(entrypoint);
  const note = (line: string) => void (flags.quiet || process.stderr.write(`note: ${line}\n`));
  const { client, url, token } = await reachableServer(settings, { profile: flags.profile, signal, note });
  const environment = settings.environment.value;
  const app = `${opened.manifest.app.slice(0, NAME_CHARACTERS)}-run-${newId('ap').slice(-8)}`;
  const prepared = await prepareDeploy(opened, app);
  const functions = prepared.manifest.functions.map(({ schedule: _, ...fn }) => fn);
  const manifest = { ...prepared.manifest, functions, ephemeral: true as const };
  await using output = new DeployOutput(flags);
  await deployApp(client, { ...prepared, manifest, environment, meta: { client: run.client } }, output);
  const connection = new ServerConnection(async () => ({ url, token, environment }));
  try {
    const call = connection.invoker.submit(targetOf(app, chosen, given), given.args, { durable: true });
    call.result.catch(() => {});
    await call.accepted;
    note(`it runs at ${url}; its result: dray call get ${call.id}`);
    return { app, environment, entrypoint, callId: call.id, server: url };
  } finally {
    await connection.close();
  }
}

function entrypointStays(name: string): UserError {
  return new UserError('DETACH_ENTRYPOINT', `${name} is a local entrypoint: it runs on this machine`, {
    suggestions: ['name a function: dray run --detach FILE::NAME'],
  });
}
