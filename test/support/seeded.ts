/**
 * Imported by tests that use fast-check: the same cases in every run, so that a red run can be repeated. Another seed
 * looks elsewhere: FC_SEED=$RANDOM npm test
 * `FC_SCALE=5 npm test` looks five times as long.
 */
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['FC_SEED'] ?? 20261121) });

const SCALE = Number(process.env['FC_SCALE'] ?? 1);

/** How many cases a property tries, `FC_SCALE` times as many when somebody has the time. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: Math.max(1, Math.round(count * SCALE)) };
}
