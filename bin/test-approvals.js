// A million steps of the machine of approvals, races and forgeries on a real Postgres: see test/approvals/report-approvals.ts.
import './require-node.js';

await import('../test/approvals/report-approvals.ts');
