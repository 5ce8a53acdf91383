import { makeBench } from '../examples/github/bench.ts';
import { connectorConformance } from './connector.ts';

connectorConformance('the example for GitHub Issues', makeBench, [
  {
    rule: 'a deletion by an agent is found by the poll when its hooks are lost',
    reason:
      'no list of GitHub shows that a comment was deleted; the hook says so, and every reading of the ticket',
  },
]);
