import { makeBench, makeRequestItemBench } from '../connectors/servicenow/bench.ts';
import { connectorConformance } from './connector.ts';

// The further tables are in servicenow-tables.wide.ts.
connectorConformance('servicenow incident', makeBench);
connectorConformance('servicenow request item', makeRequestItemBench);
