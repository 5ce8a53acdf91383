// A part of the conformance suite against a real site: see test/conformance/live/run.ts and docs/live-conformance.md.
import './require-node.js';

await import('../test/conformance/live/run.ts');
