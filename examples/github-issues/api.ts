import * as desk from 'deskbridge/connector';
import { z } from 'zod';

const login = z.string().regex(/^[\w-]{1,39}$/, 'must be a login of GitHub');
const https = z.url({ protocol: /^https$/ });
export const Settings = z.strictObject({
  repository: z.string().regex(/^[\w-]{1,39}\/[\w.-]{1,100}$/, 'must be owner/name, such as acme/helpdesk'),
  base_url: https.or(z.url({ hostname: /^127\.0\.0\.1$/ })).default('https://api.github.com'),
  /** Issues of a public repository are read by the whole world: that has to be meant. */
  public: z.boolean().default(false),
  active_label: z.string().min(1).max(50).default('in progress'),
  /** GitHub hides addresses, so this says who is who: logins by e-mail address. */
  people: z.record(z.email().toLowerCase(), login).default({}),
});

export type Api = ReturnType<typeof createApi>;
export const PAGE = 100;
/** GitHub does not say how far its lists may lag behind a write, so this is generous. In milliseconds. */
const TIMES = { timeoutMs: 20_000, settleMs: 60_000 };
export const BY_MARKER = { proof: 'marker', ...TIMES } as const;
export const BY_STATE = { proof: 'compare-and-set', ...TIMES } as const;
const Me = z.object({ login: z.string() }).transform((me) => ({ account: me.login }));
const Repository = z.object({ private: z.boolean(), has_issues: z.boolean(), archived: z.boolean() });

/** GitHub says "slower" with 403 too. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function slower({ status, headers }: desk.Refused) {
  const asked = headers.get('retry-after');
  const isSpent = headers.get('x-ratelimit-remaining') === '0';
  if (status !== 429 && (status !== 403 || (asked === null && !isSpent))) return null;
  const reset = Number(headers.get('x-ratelimit-reset')) * 1000 - Date.parse(headers.get('date') ?? '');
  const wait = asked !== null ? Number(asked) * 1000 : isSpent ? reset : 60_000;
  const afterMs = wait >= 0 ? Math.min(wait, 3_600_000) : 60_000;
  return desk.retryLater('GitHub asked us to slow down; we wait', 'destination', afterMs);
}

export function createApi(settings: z.infer<typeof Settings>, token: desk.Secret, io: desk.Io) {
  const common = { system: 'GitHub', baseUrl: settings.base_url, io, meaning: slower };
  const clientOf = (secret: desk.Secret) => {
    const headers = { authorization: `Bearer ${secret.reveal()}`, 'x-github-api-version': '2022-11-28' };
    return desk.createJsonClient({ ...common, headers });
  };
  const { read, write } = clientOf(token);
  const logins = new Map(Object.entries(settings.people));
  const path = (...parts: readonly string[]) =>
    ['/repos', ...[...settings.repository.split('/'), ...parts].map(desk.segment)].join('/');
  const page = <T>(entry: z.ZodType<T>, where: string, search: object) =>
    read(z.array(entry), where, { per_page: PAGE, ...search });

  return {
    ...{ settings, path, read, page },
    /** In the author's own name where he signed in himself, else as the bridge; never one instead of the other. */
    async write<T>(schema: z.ZodType<T>, author: desk.Author | null, call: desk.JsonWrite) {
      if (author === null || author.grant === null) return write(schema, call);
      const own = await desk.grantSecret(author.grant);
      if (own.kind !== 'ok') return own;
      const made = await clientOf(own.value).write(schema, call);
      if (made.kind !== 'rejected' || made.code !== 'auth') return made;
      return desk.rejected('auth', `GitHub refuses the sign-in of ${author.name}, who has to link it again`);
    },
    /** All pages of a list. */
    list: <T>(entry: z.ZodType<T>, where: string, search = {}) =>
      desk.allPages(PAGE, (number) => page(entry, where, { ...search, page: number })),
    async check() {
      const found = await read(Repository, path());
      if (found.kind !== 'ok') return found;
      if (!found.value.has_issues || found.value.archived)
        return desk.rejected('forbidden', 'The repository takes no issues; its owner can turn them on');
      if (!found.value.private && !settings.public)
        return desk.rejected('forbidden', 'The repository is public: make it private, or set public: true');
      return read(Me, '/user');
    },
    async people(email: string): Promise<desk.Outcome<readonly desk.TicketPerson[]>> {
      const account = logins.get(email.toLowerCase());
      if (account === undefined) return desk.ok([]);
      const found = await read(z.undefined(), path('assignees', account));
      if (found.kind === 'rejected' && found.code === 'not-found') return desk.ok([]);
      return desk.mapped(found, () => [{ account, name: account }]);
    },
  };
}
