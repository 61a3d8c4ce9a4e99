/**
 * Deploys an app on a server: brings what it lacks, then has it published; or asks what that would change.
 *
 * Invariants
 * - values of secrets are part of the one request that deploys, and of nothing else
 */
import type { Sent } from '../protocol/api/route-types.ts';
import type { DeployEvent, DeployOutcome, DeployPlan } from '../protocol/deployment.ts';
import type { AppManifest } from '../protocol/manifest.ts';
import { EnvironmentError } from '../shared/errors.ts';
import { type BlobToSend, type SentBlobs, sendBlobs } from './send-blobs.ts';
import type { ServerClient } from './server-client.ts';

/** An app that is ready to be deployed. */
export interface PreparedApp {
  readonly environment: string;
  /** It names nothing of this machine. */
  readonly manifest: AppManifest;
  /** Digest of the blob of each function's bundle. */
  readonly bundles: Readonly<Record<string, string>>;
  readonly localSecrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Everything that bundles and manifest name. */
  readonly blobs: readonly BlobToSend[];
  readonly meta: Sent<'deploy'>['body']['meta'];
  readonly strategy?: 'rolling' | 'recreate';
}

/** Told how a deploy gets on. */
export interface DeployListener {
  onSent(sent: SentBlobs, all: SentBlobs): void;
  onEvent(event: DeployEvent): void;
}

export interface Deployed extends DeployOutcome {
  readonly sent: SentBlobs;
}

/** Deploys it. Throws what the server refuses or fails at; whatever that is, what served before serves on. */
export async function deployApp(
  client: ServerClient,
  app: PreparedApp,
  listener: DeployListener,
): Promise<Deployed> {
  const sent = await sendBlobs(client, app.blobs, (done, all) => listener.onSent(done, all));
  const outcome = await lastOutcome(client.stream('deploy', deployRequest(app)), (event) =>
    listener.onEvent(event),
  );
  return { ...outcome, sent };
}

/** What a deploy would change. What the server lacks is sent, since only it knows which images that makes; nothing else changes. */
export async function planDeploy(client: ServerClient, app: PreparedApp): Promise<DeployPlan> {
  await sendBlobs(client, app.blobs);
  return (await client.request('planDeploy', deployRequest(app))) as DeployPlan;
}

/** Reads a deploy, a rollback or a rollover to its end. Throws SERVER_UNREACHABLE where it breaks off. */
export async function lastOutcome(
  lines: ReturnType<typeof ServerClient.prototype.stream<'deploy' | 'rollback' | 'rollover'>>,
  onEvent: (event: DeployEvent) => void,
): Promise<DeployOutcome> {
  for await (const line of lines) {
    if (line.kind === 'outcome') return line.outcome as DeployOutcome;
    onEvent(line as DeployEvent);
  }
  throw new EnvironmentError('SERVER_UNREACHABLE', 'the server broke off before it said what came of it', {
    suggestions: ['see what serves now: dray app list'],
  });
}

function deployRequest(app: PreparedApp): Sent<'deploy'> {
  const { environment, manifest, bundles, localSecrets, meta, strategy } = app;
  const body = { manifest, bundles, localSecrets, meta, ...(strategy && { strategy }) };
  return { params: { environment, app: manifest.app }, body: body as unknown as Sent<'deploy'>['body'] };
}
