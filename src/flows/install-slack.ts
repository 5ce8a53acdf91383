import { ConnectorId } from '../model/ids.ts';
import type { Io } from '../model/io.ts';
import { type GivenGrant, ownTeam } from '../model/slack-grant.ts';
import type { SlackApp } from '../slack/out/slack-app.ts';
import type { Grants } from '../store/grants.ts';
import type { Store } from '../store/store.ts';
import * as texts from '../texts/slack-install.ts';

/** Where Slack sends a browser back to. */
export const slackRedirectUrl = (publicUrl: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/slack/oauth_redirect`;

export interface InstallingDeps {
  /** Of the install whose configuration this is. */
  readonly store: Store;
  readonly grants: Grants;
  readonly app: SlackApp;
  /** Those that the configuration switches on. */
  readonly scopes: readonly string[];
  readonly io: Io;
  /** Where browsers reach us. */
  readonly publicUrl: string;
  /** Called when somebody has installed. */
  readonly installed?: () => Promise<void>;
}

/** One page of plain words. */
export interface InstallPage {
  readonly status: number;
  readonly lines: readonly string[];
}

const EXCHANGE_TIMEOUT_MS = 20_000;
const LINK_HOURS = 24;
/** The name that no connector may have: the links of Slack's own sign-in lie beside theirs. */
const SLACK = { connector: ConnectorId.parse('slack'), holder: 'bridge' } as const;

const STALE: InstallPage = { status: 410, lines: [texts.LINK_IS_STALE] };
const placeName = ({ team, enterprise }: GivenGrant) => (team ?? enterprise)?.name ?? '';

/**
 * Somebody gives us his Slack: an operator makes a link, whoever opens it says yes on our page (so that nothing which only
 * looks at links uses it up), allows it at Slack, and comes back in the same browser within ten minutes.
 */
export function createInstalling({ store, grants, app, scopes, io, publicUrl, installed }: InstallingDeps) {
  const base = publicUrl.replace(/\/+$/, '');
  const redirectUri = slackRedirectUrl(publicUrl);
  const consentUrl = (state: string) => app.consentUrl({ state, redirectUri, scopes });

  async function keep(code: string): Promise<InstallPage> {
    const given = await io.run('sign-in.exchange', { timeoutMs: EXCHANGE_TIMEOUT_MS }, () =>
      app.exchange(code, redirectUri),
    );
    if (given.kind !== 'ok') return { status: 502, lines: [texts.NOT_INSTALLED(given.reason)] };
    const grant = given.value;
    await grants.save(grant);
    await installed?.();
    const missing = missingScopes(scopes, grant.scopes);
    const name = placeName(grant) || ownTeam(grant);
    return {
      status: 200,
      lines: [
        texts.INSTALLED(name, grant.team === null),
        ...(missing.length === 0 ? [] : [texts.SCOPES_MISSING(missing)]),
      ],
    };
  }

  return {
    elsewhere: { status: 403, lines: [texts.BEGUN_ELSEWHERE] } satisfies InstallPage,
    stale: STALE,

    /** The one-time link. */
    async invite(): Promise<{ readonly url: string; readonly hours: number }> {
      const text = await store.invitations.create(SLACK, LINK_HOURS);
      return { url: `${base}/slack/install?invitation=${text}`, hours: LINK_HOURS };
    },

    /** What is asked, and the origin of Slack's page; null when the link leads nowhere. Changes nothing. */
    async look(invitation: string) {
      const key = await store.invitations.look(invitation);
      if (key?.connector !== SLACK.connector) return null;
      return { lines: [texts.BEFORE_INSTALL], origin: consentUrl('').origin };
    },

    /** Uses the link up; null when it was. */
    async begin(invitation: string) {
      const key = await store.invitations.look(invitation);
      const begun = key?.connector === SLACK.connector ? await store.invitations.begin(invitation) : null;
      return begun === null ? null : { browser: begun.browser, to: consentUrl(begun.state).href };
    },

    /** `code` null: he declined at Slack. */
    async finish(back: {
      readonly state: string;
      readonly browser: string;
      readonly code: string | null;
    }): Promise<InstallPage> {
      if ((await store.invitations.finish(back, SLACK.connector)) === null) return STALE;
      return back.code === null ? { status: 403, lines: [texts.YOU_DECLINED] } : await keep(back.code);
    },
  };
}

/** What the configuration needs and was not granted. */
export function missingScopes(needed: readonly string[], granted: readonly string[]): readonly string[] {
  return needed.filter((scope) => !granted.includes(scope));
}
