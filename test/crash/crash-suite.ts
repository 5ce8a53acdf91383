import { after, suite, test } from 'node:test';
import { type CrashBenchOptions, createCrashBench } from './crash-bench.ts';

export interface CrashSuite extends CrashBenchOptions {
  readonly label: string;
  readonly plans: readonly (readonly string[])[];
}

/** One world, one test for each plan. */
export function crashesOf(options: CrashSuite): void {
  suite(options.label, { concurrency: false }, () => {
    const bench = createCrashBench(options);
    after(() => bench.close());

    for (const points of options.plans) {
      test(`at ${points.join(', then ')}`, async (t) => {
        if (!(await bench.canPlay())) return t.skip('redis-server is not installed');
        await bench.play(points);
      });
    }

    test('hours later every repetition has come, and nothing of all this happened twice', async (t) => {
      if (!(await bench.canPlay())) return t.skip('redis-server is not installed');
      await bench.letHoursPass();
    });
  });
}
