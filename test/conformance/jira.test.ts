import { DESK_TARGET, makeBench, makeJiraBench } from '../connectors/jira/bench.ts';
import { connectorConformance } from './connector.ts';

connectorConformance('jira', makeBench);
connectorConformance('jira service management', makeJiraBench(DESK_TARGET));
