/**
 * Imported by tests that use fast-check: the same cases in every run, so that a red run can be repeated. Another seed
 * looks elsewhere: FC_SEED=$RANDOM npm test
 */
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['FC_SEED'] ?? 20261121) });
