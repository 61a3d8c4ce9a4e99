/**
 * Starts a server: takes the data folder, opens the store, listens. The one place where its parts are put together.
 *
 * Invariants
 * - one server on a data folder
 * - what was opened is closed in the reverse order, however far the start came
 */

import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReachableApps } from '../runtime/calls/reachable-apps.ts';
import { formatOwner, thisOwner } from '../runtime/containers/owner.ts';
import type { HostedApps } from '../runtime/deployments/hosted-apps.ts';
import type { LogLimits } from '../runtime/logs/log-keeper.ts';
import { tryLock } from '../runtime/store/exclusive-lock.ts';
import { openStore } from '../runtime/store/open-store.ts';
import { EnvironmentError } from '../shared/errors.ts';
import type { DeviceRequestOptions } from './access/device-requests.ts';
import { RateLimit } from './access/rate-limit.ts';
import { SignIn } from './access/sign-in.ts';
import { freshToken, TokenAuthority } from './access/token-authority.ts';
import { admitExec, EXEC_PATH } from './exec/exec-endpoint.ts';
import { type Answer, HttpListener } from './http-listener.ts';
import { invokeEndpoint } from './invocation/invoke-endpoint.ts';
import { createServerApp } from './server-app.ts';
import { lockFile, removeServerRecord, runningServer, writeServerRecord } from './server-record.ts';
import { type AppsParts, type CallLimits, openServices, type Services } from './services.ts';

/** A start waits this long for the apps, so that those that are quick to start serve when it returns. */
const RESTORE_SHOWN_MS = 5_000;
const LOCK_TRIES = 50;
const LOCK_AGAIN_MS = 20;

export interface StartServerOptions {
  readonly dataFolder: string;
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** Takes any port that is free where that one is taken. */
  readonly anyPort?: boolean;
  /** Makes a one-time code where nobody has a way in yet. Default: true. */
  readonly firstCode?: boolean;
  readonly publicUrl?: string | undefined;
  readonly device?: DeviceRequestOptions;
  /** Opens what keeps apps running, when it is first needed. */
  openApps(parts: AppsParts): Promise<HostedApps>;
  /** Apps to call. Default: those that are deployed. */
  readonly reachable?: ReachableApps;
  /** Of calls that are kept. */
  readonly callLimits?: CallLimits | undefined;
  /** How much of logs is kept. */
  readonly logLimits?: Partial<LogLimits> | undefined;
  onAnswer?(answer: Answer): void;
  onDefect(error: unknown): void;
}

export interface RunningServer {
  readonly url: string;
  /** The one-time code; undefined where somebody has a way in already. */
  readonly adminCode: string | undefined;
  readonly services: Services;
  requests(): { readonly answered: number; readonly running: number };
  /** Answers what has begun, and lets go of everything. */
  close(): Promise<void>;
}

/** Starts it. Throws SERVER_RUNNING, LISTEN_FAILED, and what opening the store throws. */
export async function startServer(options: StartServerOptions): Promise<RunningServer> {
  const { dataFolder, version, publicUrl, device, openApps, reachable, callLimits } = options;
  const { onDefect, logLimits, firstCode = true } = options;
  const startedAt = Date.now();
  const begun = performance.now();
  await using stack = new AsyncDisposableStack();
  // First: it makes the folder.
  const store = stack.use(await openStore(dataFolder));
  stack.use(await onlyServer(dataFolder));
  // What one that was killed left: it leads nowhere.
  removeServerRecord(dataFolder);
  const services = stack.use(
    openServices({ dataFolder, store, openApps, reachable, callLimits, logLimits, onDefect }),
  );
  const listener = new HttpListener(options);
  stack.defer(() => listener.close());
  // Before the listener is closed: it waits for those who read a stream.
  stack.defer(() => services.end());
  const url = await listener.listen();
  const facts = {
    version,
    url: publicUrl ?? url,
    startedAt,
    uptimeMs: () => performance.now() - begun,
    requests: () => listener.requests(),
  };
  const { access } = store;
  const localToken = freshToken();
  const gate = {
    tokens: new TokenAuthority(access, { local: localToken }),
    failures: new RateLimit({ burst: 30, refillMs: 2_000 }),
  };
  const app = { access, facts, gate, publicUrl, device: device ?? {}, services, onDefect };
  const { ending, callsOf } = services;
  const other = (path: string, request: IncomingMessage) =>
    path === EXEC_PATH ? admitExec(request, { gate, services, onDefect }) : undefined;
  // Before anything is answered: who finds the server finds its token.
  const record = {
    ...{ pid: process.pid, owner: formatOwner(thisOwner()), url, version, token: localToken },
    startedAt: new Date(startedAt).toISOString(),
  };
  stack.defer(() => removeServerRecord(dataFolder));
  writeServerRecord(dataFolder, record);
  listener.serve(createServerApp(app), invokeEndpoint({ gate, ending, callsOf, onDefect, other }));
  const adminCode = firstCode ? await new SignIn(access).firstCode() : undefined;
  const restored = services.restore().catch(onDefect);
  stack.defer(() => restored);
  await Promise.race([restored, delay(RESTORE_SHOWN_MS, undefined, { ref: false })]);
  const opened = stack.move();
  return {
    url,
    adminCode,
    services,
    requests: () => listener.requests(),
    close: () => opened.disposeAsync(),
  };
}

async function onlyServer(dataFolder: string): Promise<Disposable> {
  // A command that looks whether a server runs holds the lock for a moment.
  for (let tries = 0; tries < LOCK_TRIES; tries++) {
    const lock = tryLock(lockFile(dataFolder));
    if (lock !== undefined) return lock;
    if (runningServer(dataFolder) !== undefined) break;
    await delay(LOCK_AGAIN_MS);
  }
  const other = runningServer(dataFolder);
  const who = other === undefined ? 'another process' : `process ${other.pid} at ${other.url}`;
  throw new EnvironmentError('SERVER_RUNNING', `a server runs on ${dataFolder} already: ${who}`, {
    suggestions: ['use that one: dray server status', 'or give this one a data folder: DRAY_DATA_DIR'],
  });
}
