/**
 * Tells an app's listener what happens to its images, around a host that only reports progress.
 */
import type { AppListener } from '../../protocol/control-plane.ts';
import { BuildLogs } from '../images/build-logs.ts';
import type { ImageHost, ImageProgress, OnImageProgress } from '../images/image-host.ts';
import { ImageNotes } from '../images/image-notes.ts';

/** The same host; each pull and build is told from its beginning to its end, and the logs of builds are kept. */
export function reportedImages(
  host: ImageHost,
  listener: Pick<AppListener, 'onImage'>,
  app: string,
): ImageHost {
  const logs = new BuildLogs(ImageNotes.here().folder);
  const report = async (
    image: string,
    action: 'build' | 'pull',
    onProgress: OnImageProgress,
    run: (onProgress: OnImageProgress) => Promise<void>,
  ) => {
    const start = performance.now();
    listener.onImage({ kind: 'started', image, action });
    try {
      await run((progress) => {
        listener.onImage({ kind: 'progress', image, ...described(progress) });
        onProgress(progress);
      });
      listener.onImage({ kind: 'finished', image, durationMs: Math.round(performance.now() - start) });
    } catch (error) {
      listener.onImage({ kind: 'failed', image });
      throw error;
    }
  };
  return {
    expect: (reference) => listener.onImage({ kind: 'missing', image: reference }),
    hasImage: (reference) => host.hasImage(reference),
    pullImage: (reference, onProgress, signal, login) =>
      report(reference, 'pull', onProgress, (told) => host.pullImage(reference, told, signal, login)),
    describeImage: (reference) => host.describeImage(reference),
    architecture: () => host.architecture(),
    runScript: (script, signal) => host.runScript(script, signal),
    ensureVolume: (name, labels) => host.ensureVolume(name, labels),
    buildImage: async (build, onProgress, signal) => {
      const log = logs.begin(build.tag, app);
      const told = (progress: ImageProgress) => {
        log.add(progress);
        onProgress(progress);
      };
      try {
        await report(build.tag, 'build', told, (tell) => host.buildImage(build, tell, signal));
        await log.end('built');
      } catch (error) {
        await log.end(`failed: ${(error as Error).message}`);
        throw error;
      }
    },
  };
}

const MEGABYTE = 1_000_000;

function described(progress: ImageProgress): { step: boolean; text: string } {
  switch (progress.kind) {
    case 'step':
      return { step: true, text: progress.name };
    case 'log':
      return { step: false, text: progress.text };
    case 'download': {
      const [received, total] = [progress.receivedBytes, progress.totalBytes].map((bytes) =>
        (bytes / MEGABYTE).toFixed(0),
      );
      return { step: false, text: `${received} of ${total} MB` };
    }
  }
}
