import { App, enter, exit } from 'dray';

const app = new App('classes');

interface Parameters {
  size?: 'small' | 'large';
}

/** A stand-in for a model that takes long to load. */
export const Model = app.cls(
  { scaledownWindowMs: 60_000 },
  class {
    readonly size: string;
    #weights: number[] = [];

    constructor({ size = 'small' }: Parameters = {}) {
      this.size = size;
    }

    /** Once per container, before its first call. */
    async [enter]() {
      this.#weights = this.size === 'large' ? [1, 2, 3] : [1];
    }

    /** Says how much a text weighs. */
    async weigh(text: string) {
      return this.#scale(text.length);
    }

    /** Weighs word by word. */
    async *weighWords(text: string) {
      for (const word of text.split(' ')) yield this.#scale(word.length);
    }

    #scale(length: number) {
      return length * this.#weights.length;
    }

    /** Once, before the container stops. */
    async [exit]() {
      console.log(`the ${this.size} model is let go`);
    }
  },
);

export const main = app.localEntrypoint(async () => {
  const large = new Model({ size: 'large' }); // nothing is made here
  const one = await large.weigh.remote('hello'); // 15, in a container for large models
  const all = await new Model().weigh.map(['a', 'bb']); // [1, 2], in another for small ones

  const words: number[] = [];
  for await (const weight of large.weighWords.remote('a bb')) words.push(weight);

  await using here = new Model(); // `await using` runs [exit] of the local instance
  const local = await here.weigh.local('abc'); // in this process

  return { one, all, words, local };
});
