/**
 * Webhooks as an administrator of the site makes them (System, WebHooks): signed with a secret, without an end.
 * Source: https://developer.atlassian.com/cloud/jira/platform/webhooks/ (Registering a webhook using the REST API)
 */
import { z } from 'zod';
import { ok } from '../../model/outcome.ts';
import type { JiraClient } from './client.ts';
import { type JiraWebhook, type JiraWebhooks, ownWebhook, type WantedWebhook } from './webhooks.ts';

const PATH = '/rest/webhooks/1.0/webhook';
const FILTER = 'issue-related-events-section';

const AdminWebhook = z.object({
  self: z.string().regex(/\/\d{1,18}$/),
  name: z.string().default(''),
  url: z.string(),
  enabled: z.boolean().default(true),
  events: z.array(z.string()).default([]),
  filters: z.record(z.string(), z.string().nullish()).nullish(),
  isSigned: z.boolean().default(false),
});

function webhookOf({ self, filters, ...rest }: z.infer<typeof AdminWebhook>): JiraWebhook {
  const id = self.slice(self.lastIndexOf('/') + 1);
  return { ...rest, id, jql: filters?.[FILTER] ?? '', expiresAt: null };
}

const Nothing = z.unknown();

/** Needs the sign-in of an administrator of the site. `secret` signs what the site sends. */
export function createAdminWebhooks(client: JiraClient, secret: string): JiraWebhooks {
  async function list() {
    const found = await client.read(z.array(AdminWebhook), (api) => api.get(PATH, {}));
    return found.kind === 'ok' ? ok(found.value.map(webhookOf)) : found;
  }

  const bodyOf = ({ name, url, events, jql }: WantedWebhook) => ({
    name,
    url,
    events,
    filters: { [FILTER]: jql },
    excludeBody: false,
    enabled: true,
    secret,
  });

  return {
    list,
    async install(wanted) {
      const found = await list();
      if (found.kind !== 'ok') return found;
      const own = ownWebhook(found.value, wanted);
      const done = await client.write(Nothing, (api) =>
        own === null ? api.post(PATH, bodyOf(wanted)) : api.put(`${PATH}/${own.id}`, bodyOf(wanted)),
      );
      return done.kind === 'ok' ? ok(own === null ? 'made' : 'corrected') : done;
    },
  };
}
