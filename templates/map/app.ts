import { App } from 'dray';
import { addCounts, countWords } from './count-words.ts';
import { progressBar } from './progress-bar.ts';
import { type TextFile, textFileBatches } from './text-files.ts';

const app = new App('map');

/** Runs in many containers at once: the words of some files. */
export const countBatch = app.function({ cpu: 0.5 }, async (files: TextFile[]) => {
  const words = new Map<string, number>();
  for (const { text } of files) addCounts(words, countWords(text));
  return { files: files.length, words };
});

interface Options {
  /** folder whose text files are read, with all folders below it */
  dir: string;
  /** how many words the table shows */
  top?: number;
  /** count here as well, and compare */
  check?: boolean;
}

/** Counts the words of every text file under a folder. */
export const main = app.localEntrypoint(async ({ dir, top = 10, check = false }: Options) => {
  const totals = new Map<string, number>();
  const local = new Map<string, number>();
  const bar = progressBar('files');
  let files = 0;

  async function* batches() {
    for await (const batch of textFileBatches(dir)) {
      bar.expect(batch.length);
      if (check) for (const { text } of batch) addCounts(local, countWords(text));
      yield batch;
    }
  }

  for await (const counted of countBatch.map(batches(), { ordered: false, concurrency: 64 })) {
    addCounts(totals, counted.words);
    files += counted.files;
    bar.advance(counted.files);
  }
  bar.end();

  const sorted = [...totals].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, top);
  for (const [word, count] of sorted) console.log(`${String(count).padStart(10)}  ${word}`);

  const sum = (counts: Map<string, number>) => counts.values().reduce((all, count) => all + count, 0);
  if (check && (sum(local) !== sum(totals) || local.size !== totals.size)) {
    throw new Error(`counted ${sum(totals)} words in containers, but ${sum(local)} here`);
  }
  return { files, words: sum(totals), distinct: totals.size };
});
