/**
 * `dray image prune`: removes images of dray's that nobody needs any more.
 */
import { Flags } from '@oclif/core';
import { askToGoOn } from '../../cli/ask.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { type ImageInfo, imageInfo, megabytes, renderImages } from '../../cli/render/image-list.ts';
import { whereToRun } from '../../config/where-to-run.ts';

/** The document of `dray image prune --json`. */
export interface ImagePruneResult {
  /** What was removed, or would be. */
  images: ImageInfo[];
  /** Volumes with Node for images without. */
  volumes: string[];
  removed: boolean;
}

const DAY_MS = 86_400_000;

export default class ImagePrune extends BaseCommand<ImagePruneResult> {
  static override summary = 'remove images of dray that nobody needs any more';
  static override description = `Those that a later build replaced, and those that no app used for 30 days.
Nothing is removed that a container or a deployed app uses, and nothing that dray did not build.`;
  static override flags = {
    'older-than': Flags.integer({
      helpValue: 'DAYS',
      min: 0,
      default: 30,
      description: 'how many days an image has not been used; 0 takes all that are not in use',
    }),
    'dry-run': Flags.boolean({ description: 'remove nothing, only show what would be' }),
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
  };
  static override examples = [
    { description: 'free space, after a question', command: '<%= config.bin %> image prune' },
    {
      description: 'remove all that is not in use, from a script',
      command: '<%= config.bin %> image prune --older-than 0 --yes --json',
    },
  ];

  async run(): Promise<ImagePruneResult> {
    const { flags } = await this.parse(ImagePrune);
    const [{ openImages }, { unneeded }] = await Promise.all([
      import('../../runtime/kept-images/open-images.ts'),
      import('../../runtime/images/image-inventory.ts'),
    ]);
    using opened = await openImages(whereToRun(this.settings, {}).dockerHost);
    const found = unneeded(await opened.list(), Date.now(), flags['older-than'] * DAY_MS);
    const volumes = await opened.volumes(flags['older-than'] === 0);
    const images = found.map(imageInfo);
    if (images.length + volumes.length === 0 || flags['dry-run']) {
      this.log(images.length + volumes.length === 0 ? 'Nothing to remove' : whatGoes(images, volumes));
      return { images, volumes, removed: false };
    }
    if (!flags.yes) {
      this.log(whatGoes(images, volumes));
      if (!(await askToGoOn('Remove them?'))) return { images, volumes, removed: false };
    }
    const gone: ImageInfo[] = [];
    for (const image of found) if (await opened.remove(image)) gone.push(imageInfo(image));
    const goneVolumes: string[] = [];
    for (const name of volumes) if (await opened.removeVolume(name)) goneVolumes.push(name);
    const sum = megabytes(gone.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0));
    this.log(`Removed ${gone.length} images (${sum} with shared layers) and ${goneVolumes.length} volumes`);
    return { images: gone, volumes: goneVolumes, removed: true };
  }
}

function whatGoes(images: readonly ImageInfo[], volumes: readonly string[]): string {
  const lines = images.length === 0 ? [] : [renderImages(images)];
  return [...lines, ...volumes.map((name) => `volume ${name}`)].join('\n');
}
