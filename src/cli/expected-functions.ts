/**
 * Tells which functions a run is about to call, as far as it can be known before: what the user chose, or the only one
 * that a local entrypoint could call.
 */
import type { AppRequest } from '../protocol/control-plane.ts';
import type { AppManifest } from '../protocol/manifest.ts';
import type { ChosenFunction } from './function-reference.ts';

/** Names of functions and classes of the app; none where images are to be made anew, as nothing should start from the old. */
export function expectedFunctions(
  chosen: ChosenFunction,
  { functions }: AppManifest,
  rebuild: NonNullable<AppRequest['rebuild']>,
): string[] {
  if (rebuild.noCache || rebuild.pull) return [];
  const { kind, declaration } = chosen;
  if (kind !== 'entrypoint') return [declaration.name ?? ''];
  return functions.length === 1 ? functions.map(({ name }) => name) : [];
}
