import { makeBench } from '../connectors/memory/bench.ts';
import { connectorConformance } from './connector.ts';

connectorConformance('memory', makeBench);
