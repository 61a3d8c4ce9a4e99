/**
 * `dray image logs`: what the last build of an image printed.
 */
import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';

/** The document of `dray image logs --json`. */
export interface ImageLogsResult {
  reference: string;
  text: string;
}

export default class ImageLogs extends BaseCommand<ImageLogsResult> {
  static override summary = 'show what the last build of an image printed';
  static override description = `Also of a build that failed. Values of secrets are not in it.
Logs are kept on the machine that built the image.`;
  static override args = {
    image: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'its reference, or the beginning of what dray image list calls it',
    }),
  };
  static override examples = [
    { description: 'see how an image was built', command: '<%= config.bin %> image logs 3f2a9c1b' },
    { description: 'for a script', command: '<%= config.bin %> image logs 3f2a9c1b --json' },
  ];

  async run(): Promise<ImageLogsResult> {
    const { args } = await this.parse(ImageLogs);
    const { readBuildLog } = await import('../../runtime/kept-images/open-images.ts');
    const log = await readBuildLog(args.image);
    this.log(log.text.trimEnd());
    return log;
  }
}
