/**
 * Memory of a long map: how much the process of `dray run` grows over 1,000,000 inputs, against 100,000.
 *
 * The app's local entrypoint measures the process it runs in, which is the command's own. Memory that is bounded
 * gives a ratio near 1; memory that grows with the input one near 10. Time is compared in the same way.
 */
import { execa } from 'execa';
import type { Benchmark } from '../benchmark.ts';
import { interleaved } from '../interleaved.ts';
import { DRAY_PROGRAM, inRepository } from '../repository.ts';
import { median, round, rounded, summarise } from '../statistics.ts';

const ROUNDS = { warmUps: 0, rounds: 3 };
const MANY = 1_000_000;
const FEW = 100_000;

/** What bench/apps/map-memory.ts returns. */
interface MapReport {
  readonly ms: number;
  readonly growthMiB: number;
  readonly beforeMiB: number;
}

export const mapMemory: Benchmark = {
  name: 'map-memory',
  summary: 'growth of the process over a map of 1,000,000 small inputs, against 100,000',
  target: '< 150 MiB, and ten times the time',
  async measure() {
    const reports: Record<'many' | 'few', MapReport[]> = { many: [], few: [] };
    const growth = (kind: 'many' | 'few', count: number) => async () => {
      const report = await runMap(count);
      reports[kind].push(report);
      return report.growthMiB;
    };
    const taken = await interleaved({ many: growth('many', MANY), few: growth('few', FEW) }, ROUNDS);
    const [many, few] = [median(taken.many), median(taken.few)];
    const [manyMs, fewMs] = [reports.many, reports.few].map((of) => median(of.map(({ ms }) => ms))) as [
      number,
      number,
    ];
    return {
      dray: round(many, 1),
      floor: round(few, 1),
      ratio: round(many / few, 2),
      unit: 'MiB',
      details: {
        many: { inputs: MANY, ms: round(manyMs, 0), growthMiB: rounded(summarise(taken.many), 1) },
        few: { inputs: FEW, ms: round(fewMs, 0), growthMiB: rounded(summarise(taken.few), 1) },
        timePerInputRatio: round(manyMs / MANY / (fewMs / FEW), 2),
        beforeMiB: round(median([...reports.many, ...reports.few].map((report) => report.beforeMiB)), 0),
      },
    };
  },
};

async function runMap(count: number): Promise<MapReport> {
  const app = inRepository('bench/apps/map-memory.ts');
  const run = [DRAY_PROGRAM, 'run', '--quiet', app, '--count', String(count)];
  const { stdout } = await execa(process.execPath, run, { stderr: 'inherit' });
  return JSON.parse(stdout) as MapReport;
}
