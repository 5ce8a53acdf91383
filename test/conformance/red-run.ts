/** Run by suite.test.ts in a process of its own: the suite over a connector that forgets its tickets. It has to be red. */
import { ok } from '../../src/model/outcome.ts';
import { makeBench } from '../connectors/memory/bench.ts';
import { connectorConformance } from './connector.ts';

connectorConformance('a memory connector that forgets what it created', async () => {
  const bench = await makeBench();
  const { create } = bench.connector;
  const forgetful = {
    ...create,
    find: async () => ok(null),
  };
  return { ...bench, connector: { ...bench.connector, create: forgetful } };
}, [
  { rule: 'a rule that nobody wrote', reason: 'it does not exist' },
  {
    rule: 'an unknown marker is found nowhere, and looking changes nothing',
    reason: 'the memory desk is skipped here on purpose',
  },
]);
