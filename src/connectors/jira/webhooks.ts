import type { Outcome } from '../../model/outcome.ts';

/** What Jira has to tell us, and why. Hooks are hints: each makes us read the ticket again, and nothing else. */
export const HOOK_EVENTS = {
  'jira:issue_updated': 'fields, status, attachments, a move to another project',
  'jira:issue_deleted': 'the ticket is gone',
  comment_created: 'a comment for the thread',
  comment_updated: 'other words, or another visibility',
  comment_deleted: 'it leaves the thread as well',
} as const;

const EVENTS = Object.keys(HOOK_EVENTS);

/** The webhook that a connector needs. */
export interface WantedWebhook {
  /** Begins with `Deskbridge`, for the administrators of the site. */
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly jql: string;
}

/** A webhook as the site has it. */
export interface JiraWebhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly events: readonly string[];
  readonly jql: string;
  /** Are its calls signed? */
  readonly isSigned: boolean;
  /** Null: never. */
  readonly expiresAt: Date | null;
}

/** One kind of webhook of a site. */
export interface JiraWebhooks {
  list(): Promise<Outcome<readonly JiraWebhook[]>>;
  /** Makes it, or corrects the one with its address or its name. Answers what was done. */
  install(wanted: WantedWebhook): Promise<Outcome<'made' | 'corrected'>>;
}

/**
 * @param url where this connector's hooks arrive
 * @param projects keys of the projects in which its queues open tickets; no other project is told of
 */
export function wantedWebhook(
  connector: string,
  { url, projects }: { readonly url: string; readonly projects: readonly string[] },
): WantedWebhook {
  const keys = [...new Set(projects)].sort().map((key) => `"${key}"`);
  return { name: `Deskbridge (${connector})`, url, events: EVENTS, jql: `project in (${keys.join(', ')})` };
}

/** Why Jira would never deliver to an address; null when it would. Its rule: HTTPS, a certificate, not port 80. */
export function addressFault(url: string): string | null {
  const address = URL.parse(url);
  if (address?.protocol !== 'https:' || address.port === '80')
    return 'Jira delivers to https:// addresses only, and not to port 80';
  return null;
}

/** The webhook of ours among those of the site: by its address, else by its name. */
export const ownWebhook = (found: readonly JiraWebhook[], wanted: WantedWebhook): JiraWebhook | null =>
  found.find(({ url }) => url === wanted.url) ?? found.find(({ name }) => name === wanted.name) ?? null;

const squeezed = (jql: string) => jql.replaceAll(/["\s]/g, '').toLowerCase();

/** What of a webhook is not as it should be, one sentence each. */
export function differences(own: JiraWebhook, wanted: WantedWebhook): readonly string[] {
  const missing = wanted.events.filter((event) => !own.events.includes(event));
  const needless = own.events.filter((event) => !wanted.events.includes(event));
  return [
    own.url === wanted.url ? '' : `It goes to ${own.url} instead of ${wanted.url}.`,
    own.enabled ? '' : 'It is switched off.',
    missing.length === 0 ? '' : `It does not tell of ${missing.join(', ')}.`,
    needless.length === 0 ? '' : `It tells of more than is read: ${needless.join(', ')}.`,
    squeezed(own.jql) === squeezed(wanted.jql)
      ? ''
      : `Its filter is ${own.jql === '' ? 'empty' : `"${own.jql}"`} instead of "${wanted.jql}".`,
    own.isSigned ? '' : 'It has no secret, so everything that it tells is refused.',
  ].filter((fault) => fault !== '');
}

/** What is wrong with the webhooks of a site, one sentence each; empty when all is well. */
export function webhookFaults(
  found: readonly JiraWebhook[],
  wanted: WantedWebhook,
  now: Date,
): readonly string[] {
  const own = ownWebhook(found, wanted);
  if (own === null) return [`There is no webhook for ${wanted.url}.`];
  const twice = found.filter(({ url }) => url === wanted.url).length > 1;
  const left = own.expiresAt === null ? null : own.expiresAt.getTime() - now.getTime();
  return [
    ...differences(own, wanted),
    twice ? 'There are several webhooks for this address; each change is told several times.' : '',
    left === null || left > 0 ? '' : `It expired on ${own.expiresAt?.toISOString().slice(0, 10)}.`,
  ].filter((fault) => fault !== '');
}
