import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Image } from 'dray';

const app = new App('ffmpeg');
const image = Image.debianSlim({ node: '24' }).aptInstall('ffmpeg');
const run = promisify(execFile);

const ffmpeg = (...args: string[]) => run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args]);

/** A test picture that moves, as an MP4: what you would read from a file or a bucket. */
export const makeVideo = app.function({ image, cpu: 1 }, async (seconds: number) => {
  const file = join(await mkdtemp(join(tmpdir(), 'video-')), 'video.mp4');
  await ffmpeg('-f', 'lavfi', '-i', `testsrc=duration=${seconds}:size=640x360:rate=25`, file);
  return new Uint8Array(await readFile(file));
});

/** One frame of a video, as a JPEG of this width. */
export const thumbnail = app.function(
  { image, cpu: 1, timeoutMs: 60_000, retries: 2 },
  async (video: Uint8Array, second: number, width: number) => {
    const folder = await mkdtemp(join(tmpdir(), 'thumbnail-'));
    const [input, output] = [join(folder, 'in.mp4'), join(folder, 'out.jpg')];
    await writeFile(input, video);
    await ffmpeg('-ss', `${second}`, '-i', input, '-frames:v', '1', '-vf', `scale=${width}:-2`, output);
    return { second, jpeg: new Uint8Array(await readFile(output)) };
  },
);

/**
 * Makes a video in one container and its thumbnails in several.
 *
 * @param options.seconds how long the video is; there is a thumbnail for each second
 * @param options.width of a thumbnail, in pixels
 * @param options.out folder to write them to; without it they are only counted
 */
export const main = app.localEntrypoint(
  async ({ seconds = 4, width = 160, out }: { seconds?: number; width?: number; out?: string }) => {
    const video = await makeVideo.remote(seconds);
    console.log(`a video of ${seconds} s: ${Math.round(video.length / 1000)} kB`);
    const moments = Array.from({ length: seconds }, (_, second): [Uint8Array, number, number] => [
      video,
      second,
      width,
    ]);
    let bytes = 0;
    for await (const { second, jpeg } of thumbnail.starmap(moments)) {
      bytes += jpeg.length;
      if (out !== undefined) await writeFile(join(out, `${second}.jpg`), jpeg);
    }
    return { thumbnails: seconds, bytes };
  },
);
