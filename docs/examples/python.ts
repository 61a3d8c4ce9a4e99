import { App } from 'dray';

const app = new App('python-example');
const file = 'python.py';

interface Label {
  name: string;
  score: number;
}

export const predict = app.python<(text: string, top?: number) => Label[]>({ file, function: 'predict' });

export const tokens = app.python<(text: string) => AsyncGenerator<string>>({ file, function: 'tokens' });

export const Model = app.pythonCls<new (size?: string) => { embed(text: string): number[] }>({
  file,
  class: 'Model',
  concurrent: { maxInputs: 4 },
});

export const scale = app.python<(value: number) => number>({
  file,
  function: 'scale',
  batched: { maxBatchSize: 64, waitMs: 20 },
});

export const main = app.localEntrypoint(async () => {
  const labels = await predict.remote('a text about containers', 2); // Label[]
  const all = await predict.map(['one text', 'another text']); // in parallel containers

  const read: string[] = [];
  for await (const token of tokens.remote('read as they come')) read.push(token);

  const large = new Model('large'); // containers of its own, for these arguments
  const embedding = await large.embed.remote('text');
  const scaled = await scale.map([1, 2, 4]);
  return { labels, all, read, embedding, scaled };
});
