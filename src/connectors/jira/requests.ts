import { type Outcome, ok } from '../../model/outcome.ts';
import type { JiraClient } from './client.ts';
import { foreignId } from './comments.ts';
import { IssueHome } from './schema.ts';

/**
 * Can this ticket have what only requests of a service desk have? A ticket of any other project has none of it, which is
 * an answer, while one that is not there is refused.
 */
export async function isOnDesk(client: JiraClient, ticket: string): Promise<Outcome<boolean>> {
  const foreign = foreignId(ticket);
  if (foreign !== null) return foreign;
  const home = await client.read(IssueHome, ({ cloud }) =>
    cloud.issues.getIssue({ issueIdOrKey: ticket, fields: ['project'] }),
  );
  if (home.kind !== 'ok') return home;
  return ok(home.value.fields.project.projectTypeKey === 'service_desk');
}

/** A request type was never set: such an issue lies in a service desk's project and is no request. */
export function noneIfNoRequest<T>(outcome: Outcome<readonly T[]>): Outcome<readonly T[]> {
  return outcome.kind === 'rejected' && outcome.code === 'not-found' ? ok([]) : outcome;
}
