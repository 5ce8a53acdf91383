import type { ConnectorId } from '../../../model/ids.ts';
import type { Io } from '../../../model/io.ts';
import { createAdminWebhooks } from '../admin-webhooks.ts';
import { createAppWebhooks } from '../app-webhooks.ts';
import type { JiraClient } from '../client.ts';
import {
  type JiraWebhook,
  ownWebhook,
  type WantedWebhook,
  wantedWebhook,
  webhookFaults,
} from '../webhooks.ts';
import type { Parts } from './notes.ts';

const TIMEOUT_MS = 15_000;
const SILENT_DAYS = 7;
const DAY_MS = 86_400_000;

interface Site {
  readonly id: ConnectorId;
  readonly hookSecret: string | null;
  /** What the app itself registers; absent: nothing. */
  readonly appWebhook?: { readonly wanted: WantedWebhook };
  readonly client: JiraClient;
  readonly io: Io;
}

/** Our webhook, where Jira shows it to the account; else what arrived tells. */
export async function lookAtWebhook(parts: Parts, site: Site): Promise<void> {
  const { id, appWebhook, client, io } = site;
  const { wanted, targets } = parts;
  const { hookUrl: url } = wanted;
  // Listing needs no secret, and nothing is installed here.
  const webhooks =
    appWebhook === undefined
      ? createAdminWebhooks(client, '')
      : createAppWebhooks(client, appWebhook.wanted.name);
  const listed =
    url === null || !canBeKnown(site)
      ? null
      : await io.run('ticket.check', { timeoutMs: TIMEOUT_MS }, () => webhooks.list());
  if (listed?.kind !== 'ok' || url === null) {
    tellHooks(parts, site);
    return;
  }
  const projects = [...targets.values()].map(({ project }) => project);
  tellWebhook(parts, listed.value, wantedWebhook(id, { url, projects }));
}

function tellWebhook(
  { notes, wanted: { now } }: Parts,
  found: readonly JiraWebhook[],
  wanted: WantedWebhook,
): void {
  const check = 'jira.webhook';
  const own = ownWebhook(found, wanted);
  const faults = webhookFaults(found, wanted, now());
  if (own === null) notes.problem(check, 'missing', { wrong: `Jira has no webhook for ${wanted.url}.` });
  else if (!own.enabled) notes.problem(check, 'disabled', { wrong: `"${own.name}" is switched off.` });
  else if (!own.isSigned) notes.problem(check, 'unsigned', { wrong: `"${own.name}" has no secret.` });
  else if (faults.length > 0)
    notes.problem(check, 'different', { wrong: `"${own.name}": ${faults.join(' ')}` });
  else notes.passed(check, `"${own.name}" is there and right`);
}

/** Is there anything by which a hook could be known? */
const canBeKnown = ({ hookSecret, appWebhook }: Pick<Site, 'hookSecret' | 'appWebhook'>): boolean =>
  hookSecret !== null || appWebhook !== undefined;

/** What arrived, where Jira does not show its webhooks. */
export function tellHooks(
  { notes, wanted: { lastHook, now } }: Pick<Parts, 'notes' | 'wanted'>,
  site: Pick<Site, 'hookSecret' | 'appWebhook'>,
): void {
  if (!canBeKnown(site)) {
    notes.problem('jira.webhook', 'no-secret', { wrong: 'No hook_secret_env is configured.' });
  } else if (lastHook === 'unknown' || lastHook === null) {
    const reason = lastHook === null ? 'no signed hook has arrived yet' : 'the database does not tell of any';
    notes.unseen(
      'jira.webhook',
      `${reason}, and Jira tells its webhooks to administrators alone: deskbridge jira webhook check --as <administrator>, or System → WebHooks`,
    );
  } else if (now().getTime() - lastHook.getTime() > SILENT_DAYS * DAY_MS) {
    notes.problem('jira.webhook', 'silent', {
      wrong: `The last signed hook arrived at ${lastHook.toISOString()}, more than ${SILENT_DAYS} days ago.`,
    });
  } else notes.passed('jira.webhook', `the last signed hook arrived at ${lastHook.toISOString()}`);
}
