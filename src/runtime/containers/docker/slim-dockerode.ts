/**
 * Loads dockerode without the parts that dray never uses: gRPC (BuildKit sessions) and an SSH client.
 *
 * Both are required at the top of dockerode's modules and take longer to load than all the rest together.
 * While dockerode loads, these packages are answered with an object that throws when it is used.
 *
 * Invariants
 * - the stand-ins are seen by dockerode and docker-modem alone: another package gets the real ones, before and after
 * - using a missing part is an error that names it, never a silent difference
 */
import Module, { createRequire } from 'node:module';
import type Dockerode from 'dockerode';
import { BugError } from '../../../shared/errors.ts';

/** Required by dockerode/lib/session.js and docker-modem/lib/ssh.js, and by nothing else there. */
const UNUSED: ReadonlySet<string> = new Set(['@grpc/grpc-js', '@grpc/proto-loader', 'ssh2']);

type Load = (request: string, parent: unknown, isMain: boolean) => unknown;

/** dockerode's class. Loads it at the first call. */
export function loadDockerode(): typeof Dockerode {
  // Documented nowhere, unchanged since Node 0.x, and what every require hook of the ecosystem replaces.
  const loader = Module as unknown as { _load: Load };
  const original = loader._load;
  loader._load = (request, parent, isMain) =>
    UNUSED.has(request) ? standIn(request) : original.call(loader, request, parent, isMain);
  try {
    return createRequire(import.meta.url)('dockerode') as typeof Dockerode;
  } finally {
    loader._load = original;
  }
}

function standIn(name: string): object {
  const refuse = (): never => {
    throw new BugError(`dockerode reached for ${name}, which dray does not load`);
  };
  // A class, as only what can be constructed has its construction trapped.
  const part = new Proxy(class {}, { construct: refuse, apply: refuse });
  // Its exports may be named at load; only calling or constructing one is a use.
  return new Proxy({}, { get: () => part });
}
