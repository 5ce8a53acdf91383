import type { Notes } from '../../../model/finding.ts';
import type { DiagnosisRequest } from '../../capabilities.ts';
import type { ServiceNowAuth } from '../credentials.ts';
import type { Maps } from '../maps.ts';
import type { ServiceNowTarget } from '../schema.ts';
import type { SERVICENOW_CHECKS } from './checks.ts';
import type { Look, Looked, Obstacle } from './look.ts';

export type ServiceNowNotes = Notes<typeof SERVICENOW_CHECKS>;

/** One account of ours. */
export interface Account {
  /** Where it stands in the configuration; null when it is the only one. */
  readonly name: string | null;
  readonly kind: ServiceNowAuth['kind'];
  readonly look: Look;
}

/** What each is for; the same one where the configuration names no other. */
export interface Accounts {
  readonly bridge: Account;
  readonly reader: Account;
  readonly approvals: Account;
}

/** What every part of the diagnosis has in hand. */
export interface Parts {
  readonly notes: ServiceNowNotes;
  readonly accounts: Accounts;
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
