/**
 * Types of classes and their handles: what is inferred, and what does not compile.
 */
import { App, type ClassOptions, enter, exit, type RemoteFunction, type RemoteGenerator } from 'dray';
import { type } from './exact.ts';

const app = new App('types');

interface Params {
  size: 'small' | 'large';
}

class Model {
  readonly params: Params;
  loaded = false;
  constructor(params: Params = { size: 'small' }) {
    this.params = params;
  }
  async [enter]() {}
  predict(text: string, times?: number) {
    return { text, times };
  }
  async later(): Promise<Date> {
    return new Date();
  }
  async *words(text: string) {
    yield* text.split(' ');
  }
  private hidden() {}
  protected alsoHidden() {}
  #secret() {
    this.hidden();
  }
  reveal() {
    this.#secret();
  }
  async [exit]() {}
}

const Remote = app.cls({ cpu: 2 }, Model);
const model = new Remote({ size: 'large' });

// Constructor arguments are those of the class.
new Remote();
// @ts-expect-error no such choice
new Remote({ size: 'huge' });
// @ts-expect-error one argument too many
new Remote({ size: 'large' }, 1);
// @ts-expect-error the handle is made with new
Remote({ size: 'large' });

// Public methods are handles, whose results are always waited for.
type(model.predict).is<
  RemoteFunction<(text: string, times?: number) => Promise<{ text: string; times: number | undefined }>>
>();
type(model.predict.remote('a')).is<Promise<{ text: string; times: number | undefined }>>();
type(model.predict.local('a', 2)).is<Promise<{ text: string; times: number | undefined }>>();
type(model.later.remote()).is<Promise<Date>>();
type(await model.predict.map(['a', 'b'])).is<{ text: string; times: number | undefined }[]>();
type(model.words).is<RemoteGenerator<(text: string) => AsyncGenerator<string, void, undefined>>>();
type(model.words.remote('a b')).is<AsyncGenerator<string, void, undefined>>();
type(model.reveal.remote()).is<Promise<void>>();

// @ts-expect-error an argument of another type
model.predict.remote(1);
// @ts-expect-error an argument is missing
model.predict.remote();
// @ts-expect-error private methods are none of the handle's
model.hidden;
// @ts-expect-error nor protected ones
model.alsoHidden;
// @ts-expect-error nor properties
model.loaded;
// @ts-expect-error nor hooks
model[enter];
// @ts-expect-error a method is called through its handle
model.predict('a');
// @ts-expect-error a generator method has no one result
model.words.spawn('a');

// Changed options give a class of the same types.
type(Remote.withOptions({ memoryMiB: 512 }).withConcurrency({ maxInputs: 4 })).is<typeof Remote>();
type(new (Remote.withOptions({ cpu: 1 }))()).is<typeof model>();
// @ts-expect-error an image is not changed on a handle
Remote.withOptions({ image: 'node:24' });
// @ts-expect-error a class has no one input to describe
app.cls({ input: {} }, Model);

// A batched class: lists inside, single values outside.
const Embedder = app.cls(
  { batched: { maxBatchSize: 8, waitMs: 10 } },
  class {
    async embed(texts: string[]) {
      return texts.map((text) => text.length);
    }
  },
);
type(new Embedder().embed.remote('a')).is<Promise<number>>();
app.cls(
  // @ts-expect-error a batched class whose method takes single values
  { batched: { maxBatchSize: 8, waitMs: 10 } },
  class {
    async embed(text: string) {
      return [text];
    }
  },
);

// An instance made by .local is let go of where its handle goes out of scope.
await using _ = model;

const any: ClassOptions = { cpu: 1 };
type(app.cls(any, Model)).is<typeof Remote>();
