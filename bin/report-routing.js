// How well free text is told apart: see test/routing/report-routing.ts.
import './require-node.js';

await import('../test/routing/report-routing.ts');
