// The deep run of the model: see test/model/deep.ts for its options.
import './require-node.js';

await import('../test/model/deep.ts');
