// Who can read what: see test/privacy/run-audience.ts.
import './require-node.js';

await import('../test/privacy/report-audience.ts');
