import { App, functions } from 'dray';

const app = new App('thumbnails');

export const resize = app.function(async (url: string, width: number) => `${url} at ${width}`);

export const words = app.function(async function* (text: string) {
  yield* text.split(' ');
});

export const Counter = app.cls(
  class {
    readonly what: string;
    constructor(what: string) {
      this.what = what;
    }
    async count(n: number) {
      return `${n} ${this.what}`;
    }
  },
);

export const everywhere = app.function(async (url: string) => {
  // Another app of the same environment; here it is this one.
  const resizing = await functions.fromName<typeof resize>('thumbnails', 'resize');
  return Array.fromAsync(resizing.starmap([64, 128].map((width) => [url, width] as [string, number])));
});
