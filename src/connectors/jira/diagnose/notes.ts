import type { Notes } from '../../../model/finding.ts';
import type { DiagnosisRequest } from '../../capabilities.ts';
import type { JiraMaps } from '../maps.ts';
import type { JiraTarget } from '../targets.ts';
import type { JIRA_CHECKS } from './checks.ts';
import type { Look } from './look.ts';

export type JiraNotes = Notes<typeof JIRA_CHECKS>;

/** What every part of the diagnosis has in hand. */
export interface Parts {
  readonly notes: JiraNotes;
  readonly look: Look;
  readonly wanted: DiagnosisRequest;
  readonly maps: JiraMaps;
  /** By queue name. */
  readonly targets: ReadonlyMap<string, JiraTarget>;
}
