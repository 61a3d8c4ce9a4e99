/**
 * Port: the apps of a server and their deployments, as they were published.
 *
 * Invariants
 * - a deployment never changes once it is published; versions of an app count from 1 without a gap
 * - an app serves one version, or is stopped
 */
import type { AppManifest } from '../../protocol/manifest.ts';

/** What runs a function of a deployment. */
export interface DeployedPart {
  /** Reference of its image on the host. */
  readonly image: string;
  /** Digest of the blob that holds its bundle. */
  readonly bundle: string;
  /** Changes with everything that its containers are made of: same fingerprint, same containers. */
  readonly fingerprint: string;
}

export interface DeploymentRecord {
  readonly environment: string;
  readonly app: string;
  /** From 1. */
  readonly version: number;
  /** Its local paths are those of the server. */
  readonly manifest: AppManifest;
  /** By function. */
  readonly parts: Readonly<Record<string, DeployedPart>>;
  /** Milliseconds since 1970, as all times here. */
  readonly deployedAt: number;
  /** Name of the token it was deployed with. */
  readonly deployedBy: string;
  /** Version of the dray that deployed it. */
  readonly client: string;
  /** The user's own name for it. */
  readonly tag?: string;
  readonly commit?: string;
  /** The working tree had changes beside the commit. */
  readonly dirty?: boolean;
  /** The version that it brought back. */
  readonly rollbackOf?: number;
}

export interface AppRecord {
  readonly environment: string;
  readonly name: string;
  readonly createdAt: number;
  /** The version that serves, or served last. */
  readonly version: number;
  readonly state: 'deployed' | 'stopped';
  readonly stoppedAt?: number;
}

/** A deployment to publish: the store gives it its version. */
export type NewDeployment = Omit<DeploymentRecord, 'version'>;

export interface DeploymentRecords {
  /** Apps of an environment by name, or of all. */
  apps(environment?: string): Promise<readonly AppRecord[]>;
  app(environment: string, name: string): Promise<AppRecord | undefined>;
  /**
   * Publishes: the next version of its app, which from then on is `deployed` and serves it. `undefined` where the
   * version that serves is not `expected` any more (0: no version yet), or its environment is not there; nothing is
   * written then.
   */
  publish(deployment: NewDeployment, expected: number): Promise<DeploymentRecord | undefined>;
  deployment(environment: string, app: string, version: number): Promise<DeploymentRecord | undefined>;
  /** Newest first. */
  history(environment: string, app: string): Promise<readonly DeploymentRecord[]>;
  /** False where there is no such app, or it is stopped already. */
  stop(environment: string, app: string, at: number): Promise<boolean>;
  /** Digests of all blobs that a deployment names: bundles, and trees of local files. */
  blobs(): Promise<ReadonlySet<string>>;
}
