import type { SlackTeam } from '../../model/ids.ts';
import type { EventBody, Interaction } from './schema.ts';

/**
 * Is this event for another installation than ours? In a shared channel `team_id` may be the other company's; the
 * authorization says for whom the event was sent. An org-wide grant covers many teams and is never foreign.
 */
export function isForeignEvent(body: EventBody, ours: SlackTeam): boolean {
  const authorization = body.authorizations?.[0];
  if (authorization?.is_enterprise_install === true) return false;
  const team = authorization?.team_id || body.context_team_id || body.team_id;
  return Boolean(team) && team !== ours;
}

/**
 * Does the person belong to another company? In a shared channel (Slack Connect) strangers can press our buttons. Inside
 * an enterprise a colleague's home workspace may differ from the installed one, so there it says nothing.
 */
export function isForeignPerson(body: Interaction, ours: SlackTeam): boolean {
  if (body.enterprise?.id || body.team?.enterprise_id) return false;
  const home = body.user.team_id;
  return Boolean(home) && home !== ours;
}
