import { z } from 'zod';
import type { SlackAddress } from '../../model/slack-grant.ts';
import type { SlackBody } from './body.ts';

/** Only what says for whom a call is. Slack leaves fields out, sends null, or sends an empty string for nothing. */
const text = z.string().min(1).nullish().catch(null);
const flag = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
  .nullish()
  .catch(null);
const named = z.object({ id: text }).nullish().catch(null);

const Addressed = z.object({
  team_id: text,
  context_team_id: text,
  enterprise_id: text,
  context_enterprise_id: text,
  is_enterprise_install: flag,
  authorizations: z
    .array(z.object({ team_id: text, enterprise_id: text, is_enterprise_install: flag }))
    .nullish()
    .catch(null),
  team: named,
  enterprise: named,
  view: z.object({ app_installed_team_id: text }).nullish().catch(null),
});

/**
 * For which grant a call was sent: never where its author comes from. In a shared channel `team_id` may be the other
 * company's, so the authorization decides, and then the context. Null where it names nobody.
 * Source: https://docs.slack.dev/enterprise/developing-for-enterprise-orgs (authorizations, is_enterprise_install)
 */
export function addressOf(body: SlackBody): SlackAddress | null {
  const parsed = Addressed.safeParse(body);
  if (!parsed.success) return null;
  const call = parsed.data;
  const authorization = call.authorizations?.[0];
  const isOrganisation = authorization?.is_enterprise_install ?? call.is_enterprise_install ?? false;
  if (isOrganisation) {
    const id =
      authorization?.enterprise_id ?? call.enterprise?.id ?? call.enterprise_id ?? call.context_enterprise_id;
    return id == null ? null : { kind: 'enterprise', id };
  }
  const id =
    authorization?.team_id ??
    call.view?.app_installed_team_id ??
    call.team?.id ??
    call.context_team_id ??
    call.team_id;
  return id == null ? null : { kind: 'team', id };
}
