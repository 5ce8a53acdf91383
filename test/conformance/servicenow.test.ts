import { makeBench, makeRequestItemBench } from '../connectors/servicenow/bench.ts';
import { connectorConformance } from './connector.ts';

connectorConformance('servicenow incident', makeBench);
connectorConformance('servicenow request item', makeRequestItemBench);
