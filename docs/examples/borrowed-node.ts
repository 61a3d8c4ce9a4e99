import { App, Image } from 'dray';

const app = new App('without-node');

const alpine = Image.fromRegistry('alpine:3.22');

export const main = app.function({ image: alpine }, async () => {
  const { readFile } = await import('node:fs/promises');
  return { node: process.versions.node, users: (await readFile('/etc/passwd', 'utf8')).split('\n')[0] };
});
