/**
 * Reads Docker's contexts from its configuration folder: which one is current, and where it points.
 *
 * It reads what `docker context` wrote and writes nothing. The format is docker/cli's: one folder per context, named
 * by the SHA-256 of its name.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '../../../shared/errors.ts';
import { type DockerTls, readDockerTls } from './docker-tls.ts';

/** Where a context points. */
export interface DockerContext {
  readonly host: string;
  readonly tls?: DockerTls;
}

/** The name that means "no context": DOCKER_HOST or the default socket. */
export const DEFAULT_CONTEXT = 'default';

/** The context that `docker context use` chose, or undefined where none was. */
export async function currentContext(configFolder: string): Promise<string | undefined> {
  const config = (await readJson(path.join(configFolder, 'config.json'))) as
    | { currentContext?: string }
    | undefined;
  const name = config?.currentContext;
  return name && name !== DEFAULT_CONTEXT ? name : undefined;
}

/** The context of this name. Throws DOCKER_CONTEXT_NOT_FOUND where there is none or it has no Docker endpoint. */
export async function readContext(configFolder: string, name: string): Promise<DockerContext> {
  const id = createHash('sha256').update(name).digest('hex');
  const contexts = path.join(configFolder, 'contexts');
  const meta = (await readJson(path.join(contexts, 'meta', id, 'meta.json'))) as ContextMeta | undefined;
  const endpoint = meta?.Endpoints?.docker;
  if (!endpoint?.Host) {
    throw new EnvironmentError(
      'DOCKER_CONTEXT_NOT_FOUND',
      `there is no Docker context "${name}" in ${contexts}`,
      {
        suggestions: ['see which there are: docker context ls', 'choose another: docker context use default'],
      },
    );
  }
  const tls = await readDockerTls(path.join(contexts, 'tls', id, 'docker'), endpoint.SkipTLSVerify !== true);
  const secured = tls.ca !== undefined || tls.cert !== undefined || endpoint.SkipTLSVerify === true;
  return { host: endpoint.Host, ...(secured && { tls }) };
}

interface ContextMeta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): EnvironmentError {
  return new EnvironmentError('DOCKER_CONFIG_UNREADABLE', `cannot read Docker's configuration ${file}`, {
    suggestions: [
      'mend or remove the file',
      'choose the engine without it: DOCKER_HOST=unix:///var/run/docker.sock',
    ],
    cause,
  });
}
