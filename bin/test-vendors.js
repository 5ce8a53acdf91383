// The vendors' rules, and everything that is said to Jira held against its description: see test/vendors/run.ts.
import './require-node.js';

await import('../test/vendors/run.ts');
