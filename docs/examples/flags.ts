import { App } from 'dray';

const app = new App('flags');

interface Options {
  /** where the pictures are */
  source: string;
  /** longest side in pixels */
  width?: number;
  format?: 'jpeg' | 'webp';
  tags?: string[];
  since?: Date;
  dryRun?: boolean;
}

/** Shows what it was given. */
export const main = app.localEntrypoint(async (options: Options) => {
  const { width = 256, format = 'jpeg' } = options;
  return { ...options, width, format };
});
