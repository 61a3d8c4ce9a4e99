/**
 * Ends the server that runs on a data folder, and waits until it is gone.
 *
 * Invariants
 * - no process is told to end but the very one that holds the lock
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ownerState, parseOwner } from '../runtime/containers/owner.ts';
import { EnvironmentError } from '../shared/errors.ts';
import { runningServer, type ServerRecord } from './server-record.ts';

const LOOK_EVERY_MS = 50;
/** Longer than requests may take to drain. */
const GIVE_UP_MS = 30_000;

/** The server that was ended; undefined where none ran. Throws SERVER_ELSEWHERE and SERVER_STAYS. */
export async function stopServer(dataFolder: string): Promise<ServerRecord | undefined> {
  const server = runningServer(dataFolder);
  if (server === undefined) return undefined;
  const owner = parseOwner(server.owner);
  if (owner === undefined || ownerState(owner) === 'elsewhere') {
    throw new EnvironmentError('SERVER_ELSEWHERE', 'the server runs in a container, or on another machine', {
      suggestions: ['end it where it was started'],
    });
  }
  if (ownerState(owner) === 'alive') process.kill(owner.pid, 'SIGTERM');
  const deadline = performance.now() + GIVE_UP_MS;
  while (runningServer(dataFolder)?.owner === server.owner) {
    if (performance.now() > deadline) {
      throw new EnvironmentError('SERVER_STAYS', `the server, process ${server.pid}, does not end`, {
        suggestions: [`look at what it prints, or end it: kill -9 ${server.pid}`],
      });
    }
    await sleep(LOOK_EVERY_MS);
  }
  return server;
}
