/**
 * What the commands that change a deployed app share: the server, the progress, and what is said at the end.
 */

import { chosenServer } from '../client/chosen-server.ts';
import { lastOutcome } from '../client/deploy-app.ts';
import { ServerClient } from '../client/server-client.ts';
import type { Settings } from '../config/settings.ts';
import type { DeployOutcome } from '../protocol/deployment.ts';
import { DeployOutput } from './deploy-output.ts';
import { onInterrupt } from './interrupt.ts';

/** The document of commands that change a deployed app. */
export interface AppChangeResult extends DeployOutcome {
  server: string;
  durationMs: number;
}

/** What the change is asked by: a route and what goes into it. */
export type AppChange = (client: ServerClient) => Parameters<typeof lastOutcome>[0];

/** Makes the change, and shows how it gets on. Ctrl-C ends it. */
export async function changeApp(
  settings: Settings,
  { quiet }: { readonly quiet: boolean },
  change: AppChange,
): Promise<AppChangeResult> {
  const start = performance.now();
  using interrupt = onInterrupt();
  const { url, token } = await chosenServer(settings);
  const client = new ServerClient({ url, token, signal: interrupt.signal });
  await using output = new DeployOutput({ quiet });
  const outcome = await lastOutcome(change(client), (event) => output.onEvent(event));
  return { ...outcome, server: url, durationMs: Math.round(performance.now() - start) };
}
