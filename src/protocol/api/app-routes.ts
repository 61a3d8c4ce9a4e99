/**
 * Routes of apps and their deployments.
 */
import { z } from 'zod';
import { DEPLOY_STRATEGIES } from '../deployment.ts';
import type { ApiRoute } from './api-route.ts';
import { deployLine, planReply } from './deploy-event-schemas.ts';
import { digest, name, time } from './field-schemas.ts';
import { manifestSchema } from './manifest-schema.ts';

/** Manifest and values of secrets; everything large is a blob. */
const MAX_DEPLOY_BYTES = 16 * 1_048_576;

const environmentPath = z.object({ environment: name });
const appPath = environmentPath.extend({ app: name });
const strategy = z.enum(DEPLOY_STRATEGIES).exactOptional();
const values = z.record(z.string(), z.string());

const deployRequest = z
  .object({
    manifest: manifestSchema,
    bundles: z.record(z.string(), digest).describe('Digest of the blob of each function’s code'),
    localSecrets: z.record(z.string(), values).exactOptional().describe('Kept sealed, and never told again'),
    meta: z.object({
      client: z.string().max(64).describe('Version of the dray that deploys'),
      tag: z.string().max(50).exactOptional(),
      commit: z.string().max(64).exactOptional(),
      dirty: z.boolean().exactOptional(),
    }),
    strategy,
  })
  .meta({ id: 'DeployRequest' });

const deployment = z
  .object({
    version: z.int(),
    deployedAt: time,
    deployedBy: z.string(),
    client: z.string(),
    tag: z.string().nullable(),
    commit: z.string().nullable(),
    dirty: z.boolean().nullable(),
    rollbackOf: z.int().nullable().describe('The version that it brought back'),
    functions: z.array(z.string()),
  })
  .meta({ id: 'Deployment' });

const app = z
  .object({
    name: z.string(),
    environment: z.string(),
    state: z.enum(['running', 'starting', 'broken', 'stopped']),
    problem: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: time,
    stoppedAt: time.nullable(),
    deployment: deployment.nullable().describe('The version that serves, or served last'),
    calls: z
      .object({ succeeded: z.int(), failed: z.int() })
      .nullable()
      .describe('Since the server began to run it'),
    containers: z.int().nullable().describe('Those that run'),
  })
  .meta({ id: 'App' });

const appList = z.object({ apps: z.array(app) }).meta({ id: 'AppList' });
const history = z.object({ deployments: z.array(deployment) }).meta({ id: 'Deployments' });

const ofApp = '/v1/environments/{environment}/apps/{app}';

export const APP_ROUTES = {
  apps: {
    method: 'get',
    path: '/v1/environments/{environment}/apps',
    summary: 'The apps of an environment',
    access: 'read',
    params: environmentPath,
    reply: appList,
  },
  deploy: {
    method: 'post',
    path: `${ofApp}/deployments`,
    summary: 'Deploy a version: what it does as it does it, and last what came of it',
    access: 'deploy',
    params: appPath,
    body: deployRequest,
    maxBodyBytes: MAX_DEPLOY_BYTES,
    stream: true,
    reply: deployLine,
  },
  planDeploy: {
    method: 'post',
    path: `${ofApp}/plan`,
    summary: 'What a deploy would do',
    access: 'deploy',
    params: appPath,
    body: deployRequest,
    maxBodyBytes: MAX_DEPLOY_BYTES,
    reply: planReply,
  },
  deployments: {
    method: 'get',
    path: `${ofApp}/deployments`,
    summary: 'The versions of an app, newest first',
    access: 'read',
    params: appPath,
    reply: history,
  },
  rollback: {
    method: 'post',
    path: `${ofApp}/rollback`,
    summary: 'Deploy an earlier version again: the one before, or one by its number',
    access: 'deploy',
    params: appPath,
    body: z.object({ version: z.int().min(1).exactOptional(), strategy }).meta({ id: 'RollbackRequest' }),
    stream: true,
    reply: deployLine,
  },
  rollover: {
    method: 'post',
    path: `${ofApp}/rollover`,
    summary: 'Replace the containers of an app by new ones of the same version',
    access: 'deploy',
    params: appPath,
    body: z.object({ strategy }).meta({ id: 'RolloverRequest' }),
    stream: true,
    reply: deployLine,
  },
  stopApp: {
    method: 'post',
    path: `${ofApp}/stop`,
    summary: 'Stop an app: it takes no calls any more',
    access: 'deploy',
    params: appPath,
    body: z
      .object({ drain: z.boolean().exactOptional().describe('Calls that wait and run finish first') })
      .meta({ id: 'StopRequest' }),
    reply: z
      .object({ stopped: z.boolean().describe('False where it was stopped already') })
      .meta({ id: 'Stopped' }),
  },
} as const satisfies Record<string, ApiRoute>;

export type AppReply = z.output<typeof app>;
export type DeploymentReply = z.output<typeof deployment>;
