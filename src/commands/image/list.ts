/**
 * `dray image list`: the images that dray built, what they take, and which apps used them when.
 */
import { BaseCommand } from '../../cli/base-command.ts';
import { type ImageInfo, imageInfo, renderImages } from '../../cli/render/image-list.ts';
import { whereToRun } from '../../config/where-to-run.ts';

/** The document of `dray image list --json`. */
export interface ImageListResult {
  images: ImageInfo[];
}

export default class ImageList extends BaseCommand<ImageListResult> {
  static override summary = 'list the images that dray built';
  static override description = `With the apps of this machine that used each, the latest first.
A size holds all layers, those too that images share: together they take less.`;
  static override examples = [
    { description: 'see what takes space', command: '<%= config.bin %> image list' },
    { description: 'the same for a script', command: '<%= config.bin %> image list --json' },
  ];

  async run(): Promise<ImageListResult> {
    await this.parse(ImageList);
    const { openImages } = await import('../../runtime/kept-images/open-images.ts');
    using opened = await openImages(whereToRun(this.settings, {}).dockerHost);
    const images = (await opened.list()).map(imageInfo);
    this.log(renderImages(images));
    return { images };
  }
}
