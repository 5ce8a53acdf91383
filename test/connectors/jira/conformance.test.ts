import { connectorConformance } from '../../conformance/connector.ts';
import { DESK_TARGET, makeBench, makeJiraBench } from './bench.ts';

connectorConformance('jira', makeBench);
connectorConformance('jira service management', makeJiraBench(DESK_TARGET));
