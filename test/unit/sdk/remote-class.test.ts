import { describe, expect, it } from 'vitest';
import { App } from '../../../src/sdk/app.ts';
import { enter, exit } from '../../../src/sdk/lifecycle.ts';
import { HeldInvoker } from '../../helpers/held-invoker.ts';

const app = new App('classes');
const seen: string[] = [];

class Base {
  inherited() {
    return 'from the base';
  }
}

class Model extends Base {
  #secret = 1;
  readonly params: { size: string };
  constructor(params: { size: string } = { size: 'small' }) {
    super();
    this.params = params;
    seen.push(`made ${params.size}`);
  }
  async [enter]() {
    await null;
    seen.push('entered');
  }
  predict(text: string) {
    return `${this.params.size} ${text} ${this.#hidden()}`;
  }
  async *words(text: string) {
    yield* text.split(' ');
  }
  static create() {}
  get length() {
    return 1;
  }
  #hidden() {
    return this.#secret;
  }
  async [exit]() {
    seen.push('left');
  }
}

const Remote = app.cls({ name: 'Model' }, Model);

describe('the handle of a class', () => {
  it('gives an instance whose methods are handles, hooks and private ones not among them', () => {
    const model = new Remote();
    expect(Object.keys(model).sort()).toEqual(['inherited', 'predict', 'words']);
    expect(seen).toEqual([]);
  });

  it('sends method and constructor arguments along, without those that nobody gave', async () => {
    using invoker = new HeldInvoker(() => 'done');
    await new Remote({ size: 'large' }).predict.remote('a');
    await new Remote().predict.map(['b']);
    await new Remote(undefined).inherited.remote();
    expect(invoker.calls.map(({ target }) => target)).toEqual([
      { app: 'classes', function: 'Model', method: 'predict', parameters: [{ size: 'large' }] },
      { app: 'classes', function: 'Model', method: 'predict', parameters: [] },
      { app: 'classes', function: 'Model', method: 'inherited', parameters: [] },
    ]);
  });

  it('streams what a generator method yields', async () => {
    using invoker = new HeldInvoker();
    expect(await Array.fromAsync(new Remote().words.remote('a b'))).toEqual(['a b']);
    expect(invoker.streams[0]?.target).toMatchObject({ method: 'words' });
  });

  it('changes options for all its instances, or for one method', async () => {
    using invoker = new HeldInvoker(() => 0);
    const Large = Remote.withOptions({ memoryMiB: 512 }).withConcurrency({ maxInputs: 2 });
    await new Large().predict.withOptions({ cpu: 1 }).remote('a');
    expect(invoker.calls[0]?.target.overrides).toEqual({
      memoryMiB: 512,
      concurrent: { maxInputs: 2 },
      cpu: 1,
    });
    expect(() => Remote.withBatching({ maxBatchSize: 2, waitMs: 0 })).toThrow('Model takes single values');
  });
});

describe('.local of a method', () => {
  it('makes one instance, enters it once before the first call, and leaves it when it is disposed of', async () => {
    seen.length = 0;
    {
      await using model = new Remote({ size: 'tiny' });
      expect(await Promise.all([model.predict.local('a'), model.predict.local('b')])).toEqual([
        'tiny a 1',
        'tiny b 1',
      ]);
      expect(await Array.fromAsync(model.words.local('x y'))).toEqual(['x', 'y']);
      expect(seen).toEqual(['made tiny', 'entered']);
    }
    expect(seen).toEqual(['made tiny', 'entered', 'left']);
  });

  it('leaves nothing where no instance was made', async () => {
    seen.length = 0;
    {
      await using _ = new Remote();
    }
    expect(seen).toEqual([]);
  });
});
