/**
 * The plain facts about a lab that tests may rely on.
 *
 * Says which engines answer and which suites had to be left out, as data that can cross from the
 * vitest main process into a test file: `import '../lab/lab-data.ts'` types `inject('lab')`.
 * It starts nothing and holds no behaviour.
 *
 * Invariants
 * - everything here survives JSON
 * - an engine that is listed answered a ping when the lab opened
 */

/** `newest` and `oldest` are the lab's own; `found` is the engine that already ran on the machine. */
export type EngineName = 'newest' | 'oldest' | 'found';

/** One Docker engine that answers. */
export type LabEngine = {
  name: EngineName;
  /** Engine version, for example `28.5.2`. */
  version: string;
  /** Highest API version the engine speaks, for example `1.51`. */
  apiVersion: string;
  /** Value for `DOCKER_HOST`. */
  dockerHost: string;
  /** Value for `DOCKER_CONFIG`. */
  dockerConfigDir: string;
  /** The `docker` command line program that goes with this engine. */
  dockerCli: string;
};

/** A part of the tests that cannot run here. */
export type LeftOut = {
  suite: string;
  reason: string;
};

/** What `inject('lab')` gives. */
export type LabData = {
  engines: LabEngine[];
  leftOut: LeftOut[];
};

declare module 'vitest' {
  interface ProvidedContext {
    lab: LabData;
  }
}
