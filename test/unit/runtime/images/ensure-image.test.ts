import { describe, expect, it } from 'vitest';
import { ensureImages } from '../../../../src/runtime/images/ensure-image.ts';
import type { ImageBuild, ImageStore, OnImageProgress } from '../../../../src/runtime/images/image-host.ts';
import { Image } from '../../../../src/sdk/image.ts';

const base = Image.node('24');
const silent = () => {};
const env = {};

/** A host that holds references in memory; builds and pulls wait until they are let go. */
class MemoryHost implements ImageStore {
  readonly held: Set<string>;
  readonly asked: string[] = [];
  readonly pulls: string[] = [];
  readonly builds: ImageBuild[] = [];
  running = 0;
  mostAtOnce = 0;
  /** What each pull and build does. */
  work: (reference: string, signal: AbortSignal | undefined) => Promise<void> = async () => {};

  constructor(...held: string[]) {
    this.held = new Set(held);
  }

  async hasImage(reference: string): Promise<boolean> {
    this.asked.push(reference);
    return this.held.has(reference);
  }

  async pullImage(reference: string, onProgress: OnImageProgress, signal?: AbortSignal): Promise<void> {
    this.pulls.push(reference);
    onProgress({ kind: 'download', receivedBytes: 1, totalBytes: 2 });
    await this.#get(reference, signal);
  }

  async buildImage(build: ImageBuild, onProgress: OnImageProgress, signal?: AbortSignal): Promise<void> {
    this.builds.push(build);
    onProgress({ kind: 'step', name: 'one' });
    await this.#get(build.tag, signal);
  }

  async #get(reference: string, signal: AbortSignal | undefined): Promise<void> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running);
    try {
      await this.work(reference, signal);
      this.held.add(reference);
    } finally {
      this.running--;
    }
  }
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

describe('ensureImages', () => {
  it('neither pulls nor builds what is there', async () => {
    const image = base.aptInstall('jq');
    const host = new MemoryHost();
    const [first] = await ensureImages([image.recipe], host, silent, { env });
    const [second] = await ensureImages([image.recipe], host, silent, { env });
    expect(first).toEqual({
      recipe: image.recipe,
      reference: host.builds[0]?.tag,
      built: true,
      pulled: false,
    });
    expect(second).toEqual({ ...first, built: false });
    expect(host.builds).toHaveLength(1);
  });

  it('pulls a recipe without steps and builds nothing', async () => {
    const host = new MemoryHost();
    const images = await ensureImages([base.recipe], host, silent, { env });
    expect(images).toMatchObject([{ reference: 'node:24-bookworm-slim', built: false, pulled: true }]);
    expect(host).toMatchObject({ pulls: ['node:24-bookworm-slim'], builds: [] });
  });

  it('asks for each image once and answers for every recipe, in order', async () => {
    const jq = base.aptInstall('jq');
    const recipes = [jq, base, base.aptInstall('jq'), base, jq].map((image) => image.recipe);
    const host = new MemoryHost();
    const images = await ensureImages(recipes, host, silent, { env });
    expect(host.asked).toHaveLength(2);
    expect(host.builds).toHaveLength(1);
    expect(host.pulls).toHaveLength(1);
    expect(images.map(({ recipe }) => recipe)).toEqual(recipes);
    expect(images.map(({ built }) => built)).toEqual([true, false, true, false, true]);
  });

  it('labels what it builds with the digest of the recipe', async () => {
    const host = new MemoryHost();
    await ensureImages([base.workdir('/a').recipe], host, silent, { env });
    const [build] = host.builds;
    expect(build?.labels).toEqual({
      'dev.dray.image': '1',
      'dev.dray.recipe': build?.tag.split(':')[1],
    });
  });

  it('hands proxies over as build arguments, without another tag', async () => {
    const { recipe } = base.workdir('/a').env({ A: 'x\ny' });
    const host = new MemoryHost();
    const [direct] = await ensureImages([recipe], host, silent, { env: {} });
    host.held.clear();
    const [proxied] = await ensureImages([recipe], host, silent, { env: { HTTPS_PROXY: 'http://p:1' } });
    expect(proxied?.reference).toBe(direct?.reference);
    expect(host.builds[1]?.buildArgs).toEqual({ HTTPS_PROXY: 'http://p:1', DRAY_ENV_0: 'x\ny' });
  });

  it('refuses a bad recipe before the host is asked anything', async () => {
    const host = new MemoryHost();
    const recipes = [base.recipe, base.workdir('relative').recipe];
    await expect(ensureImages(recipes, host, silent, { env })).rejects.toMatchObject({
      code: 'IMAGE_RECIPE_INVALID',
    });
    expect(host.asked).toEqual([]);
  });

  it('works on as many at once as allowed, and no more', async () => {
    const host = new MemoryHost();
    host.work = () => new Promise((resolve) => setImmediate(resolve));
    const recipes = Array.from({ length: 7 }, (_, index) => base.workdir(`/${index}`).recipe);
    await ensureImages(recipes, host, silent, { env, concurrency: 3 });
    expect(host.builds).toHaveLength(7);
    expect(host.mostAtOnce).toBe(3);
  });

  it('says which image progress is about', async () => {
    const seen: unknown[] = [];
    const host = new MemoryHost();
    const [image] = await ensureImages([base.workdir('/a').recipe], host, (...args) => seen.push(args), {
      env,
    });
    expect(seen).toEqual([[image?.reference, { kind: 'step', name: 'one' }]]);
  });

  it('ends the others where one fails, and throws that failure once they have ended', async () => {
    const host = new MemoryHost();
    const [bad, good] = [base.workdir('/bad').recipe, base.workdir('/good').recipe];
    const failure = new Error('disk on fire');
    host.work = async (_, signal) => {
      if (host.builds.length < 2) await untilAborted(signal);
      throw failure;
    };
    await expect(ensureImages([good, bad], host, silent, { env, concurrency: 2 })).rejects.toBe(failure);
    expect(host.running).toBe(0);
  });

  it('starts nothing more after a failure', async () => {
    const host = new MemoryHost();
    host.work = () => Promise.reject(new Error('no'));
    const recipes = ['/a', '/b', '/c'].map((path) => base.workdir(path).recipe);
    await expect(ensureImages(recipes, host, silent, { env, concurrency: 1 })).rejects.toThrow('no');
    expect(host.builds).toHaveLength(1);
  });

  it("ends everything at once when the caller's signal says so, with the signal's reason", async () => {
    const host = new MemoryHost();
    host.work = (_, signal) => untilAborted(signal);
    const abort = new AbortController();
    const reason = new Error('interrupted');
    const ensured = ensureImages([base.recipe, base.workdir('/a').recipe], host, () => abort.abort(reason), {
      env,
      signal: abort.signal,
    });
    await expect(ensured).rejects.toBe(reason);
    expect(host.running).toBe(0);
  });
});
