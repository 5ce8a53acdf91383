// A million steps of the machine of approvals: see test/approvals/run-model.ts.
import './require-node.js';

await import('../test/approvals/report-approvals.ts');
