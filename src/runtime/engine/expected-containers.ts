/**
 * Starts a container ahead for each function that is about to be called, while images are looked up and code is bundled.
 *
 * It is a guess: a container that nobody asks for ends with the app, and one that cannot start (its image is missing) is
 * started again when it is asked for, with its error then. Neither is told to anybody.
 */
import type { AppRequest } from '../../protocol/control-plane.ts';
import type { FunctionManifest } from '../../protocol/manifest.ts';
import { RUNNER_COMMANDS } from '../channel/bootstrap.ts';
import type { ContainerBackend } from '../containers/container-backend.ts';
import { containerSpecFor } from '../containers/container-spec.ts';
import { bringsNode } from '../images/node-probe.ts';
import { wantedImage } from '../images/wanted-image.ts';

/** Begins to start them and returns at once. */
export function expectContainers(backend: ContainerBackend, request: AppRequest): void {
  const { manifest, environment, expected = [] } = request;
  if (backend.expect === undefined) return;
  for (const fn of manifest.functions) {
    if (!expected.includes(fn.name) || !isQuicklyNamed(fn)) continue;
    wantedImage(fn.image).then(
      ({ reference: image }) =>
        backend.expect?.(
          containerSpecFor({ app: manifest.app, environment }, fn, { image }, RUNNER_COMMANDS[fn.runtime]),
        ),
      () => {
        // What is wrong with a recipe is told when its image is made.
      },
    );
  }
}

/** Whether the image's name, and what its containers borrow, are known without reading files or looking into it. */
function isQuicklyNamed({ image, runtime }: FunctionManifest): boolean {
  if (runtime === 'node' && !bringsNode(image)) return false;
  return image.dockerfile === undefined && !image.steps.some((step) => 'local' in step);
}
