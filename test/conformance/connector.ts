export type { BenchFault, BenchOutside, ConnectorBench, MakeBench, OutsideTicket, Skip } from './bench.ts';
