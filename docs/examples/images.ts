import { App, Image } from 'dray';

const image = Image.node('24')
  .aptInstall('file')
  .npmInstall('is-odd@3.0.1')
  .env({ GREETING: 'hello' })
  .runCommands('echo built > /etc/stamp');

const app = new App('images', { image });

export const inspect = app.function(async (n: number) => {
  const { default: isOdd } = await import('is-odd'); // from the image
  const { execFileSync } = await import('node:child_process');
  const kind = execFileSync('file', ['-b', '/etc/stamp'], { encoding: 'utf8' }).trim();
  return { odd: isOdd(n), kind, greeting: process.env.GREETING };
});
