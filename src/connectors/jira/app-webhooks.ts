/**
 * Webhooks that the OAuth app registers itself ("dynamic" ones): without an administrator, with one address for each app, for
 * thirty days. They have no name and no switch, and their calls carry a token instead of a signature of the bytes.
 * Source: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/
 */
import { z } from 'zod';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { hookNotRegistered } from '../../texts/jira.ts';
import { allPages } from '../all-pages.ts';
import type { JiraClient } from './client.ts';
import { JiraTime } from './schema.ts';
import { part } from './text.ts';
import { differences, type JiraWebhook, type JiraWebhooks, type WantedWebhook } from './webhooks.ts';

export interface AppWebhooks extends JiraWebhooks {
  /** Thirty days from now, for all that are there. */
  renew(): Promise<Outcome<null>>;
}

const PAGE = 100;

/** Atlassian's schema says milliseconds, its examples show a text. */
export const Expiry = z.union([z.number().transform((ms) => new Date(ms)), JiraTime]);

const AppWebhook = z.object({
  id: z.int(),
  url: z.string(),
  events: z.array(z.string()),
  jqlFilter: z.string(),
  expirationDate: Expiry.nullish(),
});
const Page = z.object({ values: z.array(AppWebhook) });
const Registered = z.object({
  webhookRegistrationResult: z.tuple([
    z.object({ createdWebhookId: z.int().optional(), errors: z.array(z.string()).optional() }),
  ]),
});
const Nothing = z.unknown();

/** Needs the sign-in of the app, with the scopes `read:jira-work` and `manage:jira-webhook`. `name` is how we call them. */
export function createAppWebhooks(client: JiraClient, name: string): AppWebhooks {
  const webhookOf = ({
    id,
    jqlFilter,
    expirationDate,
    ...rest
  }: z.infer<typeof AppWebhook>): JiraWebhook => ({
    ...rest,
    id: String(id),
    name,
    jql: jqlFilter,
    enabled: true,
    isSigned: true,
    expiresAt: expirationDate ?? null,
  });

  async function list(): Promise<Outcome<readonly JiraWebhook[]>> {
    const found = await allPages(PAGE, async (page) => {
      const asked = { startAt: (page - 1) * PAGE, maxResults: PAGE };
      const got = await client.read(Page, ({ cloud }) => cloud.webhooks.getDynamicWebhooksForApp(asked));
      return got.kind === 'ok' ? ok(got.value.values) : got;
    });
    return found.kind === 'ok' ? ok(found.value.map(webhookOf)) : found;
  }

  const ids = (webhooks: readonly JiraWebhook[]) => ({ webhookIds: webhooks.map(({ id }) => Number(id)) });

  async function prolong(webhooks: readonly JiraWebhook[]): Promise<Outcome<null>> {
    const done = await client.write(Nothing, ({ cloud }) => cloud.webhooks.refreshWebhooks(ids(webhooks)));
    return done.kind === 'ok' ? ok(null) : done;
  }

  async function register({ url, events, jql }: WantedWebhook): Promise<Outcome<null>> {
    const done = await client.write(Registered, ({ cloud }) =>
      cloud.webhooks.registerDynamicWebhooks({ url, webhooks: [{ events: [...events], jqlFilter: jql }] }),
    );
    if (done.kind !== 'ok') return done;
    const [{ createdWebhookId: made, errors = [] }] = done.value.webhookRegistrationResult;
    if (made !== undefined) return ok(null);
    return rejected('invalid', hookNotRegistered(part(errors.join('; '))));
  }

  return {
    list,
    async renew() {
      const found = await list();
      if (found.kind !== 'ok') return found;
      return found.value.length === 0 ? ok(null) : prolong(found.value);
    },
    async install(wanted) {
      const found = await list();
      if (found.kind !== 'ok') return found;
      const right = found.value.find((each) => differences(each, wanted).length === 0);
      // They cannot be changed, and a second address would be refused: what is wrong goes first.
      const wrong = found.value.filter((each) => each !== right);
      if (wrong.length > 0) {
        const gone = await client.write(Nothing, ({ cloud }) => cloud.webhooks.deleteWebhookById(ids(wrong)));
        if (gone.kind !== 'ok') return gone;
      }
      const done = right === undefined ? await register(wanted) : await prolong([right]);
      return done.kind === 'ok' ? ok(found.value.length === 0 ? 'made' : 'corrected') : done;
    },
  };
}
