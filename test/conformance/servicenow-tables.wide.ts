import { makeChangeBench, makeOrderBench, makeSecurityBench } from '../connectors/servicenow/bench.ts';
import { connectorConformance } from './connector.ts';

connectorConformance('servicenow order through the catalogue', makeOrderBench);
connectorConformance('servicenow change request', makeChangeBench);
connectorConformance('servicenow security incident', makeSecurityBench);
