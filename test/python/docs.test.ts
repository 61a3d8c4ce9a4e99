/**
 * docs/python.md: its Python is that of the example, and the example runs; the template's types are those of its module.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../src/runtime/app/open-app.ts';
import { ProcessBackend } from '../../src/runtime/containers/process/process-backend.ts';
import { createEngine } from '../../src/runtime/engine/engine.ts';
import { checkTypes, readTypes } from '../../src/runtime/python/types-file.ts';
import { provideContext } from '../../src/sdk/context.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { noPython } from './python-program.ts';

const ROOT = join(import.meta.dirname, '../..');

it('every block of Python is in the file that it says it is from', async () => {
  const page = await readFile(join(ROOT, 'docs/python.md'), 'utf8');
  const blocks = [...page.matchAll(/(?:<!-- from: (\S+) -->\n)?```python\n([\s\S]*?)```/g)];
  expect(blocks.length).toBeGreaterThan(0);
  for (const [, from = '', code = ''] of blocks) {
    expect(await readFile(join(ROOT, from), 'utf8')).toContain(code);
  }
});

it('the types of the template are those of its module', async () => {
  const file = join(ROOT, 'templates/python/flowers.py');
  const { text } = await readTypes(file);
  await checkTypes(file, join(ROOT, 'templates/python/flowers.types.ts'), text);
});

describe.skipIf(noPython)('the example', () => {
  it('gives what its comments say', async () => {
    const opened = await openApp(join(ROOT, 'docs/examples/python.ts'));
    using _app = opened.app;
    await using engine = createEngine({
      backend: new ProcessBackend(),
      imageHost: undefined,
      clock: systemClock,
    });
    const { manifest, bundleFor } = opened;
    const printed: string[] = [];
    const listener = {
      onLog: ({ bytes }: { bytes: Uint8Array }) => void printed.push(Buffer.from(bytes).toString()),
      onImage: () => {},
    };
    await using started = await engine.startApp({ manifest, environment: 'main', bundleFor }, listener);
    const takeBack = provideContext({ isLocal: true, invoker: started.invoker });
    try {
      const [main] = opened.app.declaration.entrypoints;
      expect(await main?.fn()).toEqual({
        labels: [
          { name: 'containers', score: 10 / 23 },
          { name: 'about', score: 5 / 23 },
        ],
        all: [[{ name: 'text', score: 0.5 }], [{ name: 'another', score: 7 / 12 }]],
        read: ['read', 'as', 'they', 'come'],
        embedding: [4, 5],
        scaled: [0.25, 0.5, 1],
      });
      expect(printed.join('')).toContain('loading the large model');
    } finally {
      takeBack();
    }
  });
});
