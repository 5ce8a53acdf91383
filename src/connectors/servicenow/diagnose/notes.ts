import type { Notes } from '../../../model/finding.ts';
import type { DiagnosisRequest } from '../../capabilities.ts';
import type { Maps } from '../maps.ts';
import type { ServiceNowTarget } from '../schema.ts';
import type { SERVICENOW_CHECKS } from './checks.ts';
import type { Look, Looked, Obstacle } from './look.ts';

export type ServiceNowNotes = Notes<typeof SERVICENOW_CHECKS>;

/** What every part of the diagnosis has in hand. */
export interface Parts {
  readonly notes: ServiceNowNotes;
  readonly look: Look;
  readonly wanted: DiagnosisRequest;
  readonly maps: Maps;
  /** By queue name. */
  readonly targets: ReadonlyMap<string, ServiceNowTarget>;
}

/** Ends the diagnosis from wherever it is. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly obstacle: Obstacle;
  constructor(obstacle: Obstacle) {
    super(obstacle.kind);
    this.obstacle = obstacle;
  }
}

/** The rows or the denial; whatever else is in the way ends the diagnosis. @throws Stopped */
export function unstopped(looked: Looked): Exclude<Looked, { readonly kind: 'obstacle' }> {
  if (looked.kind === 'obstacle') throw new Stopped(looked.obstacle);
  return looked;
}
