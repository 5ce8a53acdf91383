import { z } from 'zod';
import { isWrittenPlainly } from '../../model/inward.ts';
import { JiraMaps } from './maps.ts';

const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|localhost)$/;
/** API tokens with scopes, service accounts and OAuth work only on this host, below /ex/jira/{cloudId}. */
const GATEWAY_HOST = 'api.atlassian.com';

/** https, or http for this machine only: the credentials travel in a header. */
function isJiraBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (!isWrittenPlainly(text, url)) return false;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

const siteUrl = z
  .string()
  .refine(
    isJiraBaseUrl,
    'must be an https URL (http is allowed for this machine only), without user or query',
  );
const envName = z.string().regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'must be the name of an environment variable');
const email = z
  .string()
  .regex(/^[^\s@:]+@[^\s@:]+$/, 'must be the e-mail address of the Jira account')
  .meta({ description: 'E-mail address of the account that the token belongs to.' });
const tokenEnv = envName.meta({ description: 'Variable with the API token.' });
const expiresOn = z.iso.date().optional().meta({
  description: 'The day on which it expires, such as 2027-03-31; said in the log once, two weeks before.',
});

/** How Deskbridge signs in. Which kind a token is cannot be seen from its text. */
export const JiraSignIn = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('api-token'), email, api_token_env: tokenEnv, expires_on: expiresOn }),
  z.strictObject({ kind: z.literal('scoped-token'), email, api_token_env: tokenEnv, expires_on: expiresOn }),
  z.strictObject({ kind: z.literal('service-account'), api_token_env: tokenEnv, expires_on: expiresOn }),
  z.strictObject({ kind: z.literal('oauth') }),
]);
export type JiraSignIn = z.infer<typeof JiraSignIn>;

/** Our registration in Atlassian's developer console. */
const JiraOAuthApp = z.strictObject({
  client_id: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: "The app's client id in the developer console." }),
  client_secret_env: envName.meta({ description: "Variable with the app's secret." }),
  expires_on: expiresOn,
  webhook: z.boolean().default(false).meta({
    description:
      'The app registers the webhook itself, without an administrator of the site, and Deskbridge renews it; needs the scope `manage:jira-webhook`.',
  }),
  auth_url: siteUrl
    .default('https://auth.atlassian.com')
    .meta({ description: 'Its authorization server; another address only for an emulator.' }),
});
export type JiraOAuthApp = z.infer<typeof JiraOAuthApp>;

/** Accounts for some purposes only. */
const SignInFor = z.strictObject({
  reading: JiraSignIn.optional().meta({
    description: 'Reads tickets, comments, files, people and changes; `auth` without it.',
  }),
  approvals: JiraSignIn.optional().meta({ description: 'Reads approvals; `auth` without it.' }),
});

const BEHIND_GATEWAY = new Set(['scoped-token', 'service-account']);

/** One Jira site in the configuration. Secrets stay in the environment; the file only names the variables. */
export const JiraSettings = z
  .strictObject({
    system: z.literal('jira'),
    base_url: siteUrl.refine((text) => URL.parse(text)?.hostname !== GATEWAY_HOST, {
      error: "must be the site that people open; its gateway is reached with the site's cloud_id",
    }),
    auth: JiraSignIn,
    auth_for: SignInFor.default({}),
    oauth_app: JiraOAuthApp.optional(),
    cloud_id: z
      .string()
      .regex(
        /^[A-Za-z0-9-]{1,64}$/,
        'must be the id of the site, such as 1a11d016-8984-4c3e-b9ab-142dd06acb1b',
      )
      .optional(),
    gateway_url: siteUrl.default(`https://${GATEWAY_HOST}`),
    /** Without it hooks are refused and the poll alone finds changes. */
    hook_secret_env: envName.optional(),
    poll_seconds: z.int().min(5).max(3600).default(30),
    maps: JiraMaps.default({}),
  })
  .refine(
    ({ auth, auth_for: { reading, approvals }, cloud_id: cloudId }) =>
      cloudId !== undefined ||
      ![auth, reading, approvals].some((signIn) => signIn !== undefined && BEHIND_GATEWAY.has(signIn.kind)),
    {
      path: ['cloud_id'],
      error:
        'is needed by kind scoped-token and service-account: the id behind /s/ in the address of the site at admin.atlassian.com',
    },
  )
  .refine(
    ({ auth, auth_for: { reading, approvals }, oauth_app: app }) =>
      app !== undefined || ![auth, reading, approvals].some((signIn) => signIn?.kind === 'oauth'),
    { path: ['oauth_app'], error: 'is needed by kind oauth: the app of the developer console' },
  )
  .refine(({ auth, oauth_app: app }) => app?.webhook !== true || auth.kind === 'oauth', {
    path: ['oauth_app', 'webhook'],
    error: 'needs auth of the kind oauth: only the app itself can register its webhook',
  });
