import type { Config } from '../config.ts';
import type { InstallId } from '../model/ids.ts';
import type { Secret } from '../model/secret.ts';
import { ownTeam } from '../model/slack-grant.ts';
import { envelopeOf } from '../open-doors.ts';
import type { Db } from '../store/database.ts';
import { createGrants, type Grants, type KnownGrant } from '../store/grants.ts';

/** What Slack granted to this configuration; null where one workspace is served with a token from the environment. */
export function grantsOf(config: Config, db: Db, home: InstallId): Grants | null {
  if (config.slack.grant.kind === 'token') return null;
  return createGrants({ db, install: home, envelope: envelopeOf(config) });
}

/** The grant of the workspace or organisation that somebody named. @throws with the names that there are */
export async function grantNamed(grants: Grants, place: string): Promise<KnownGrant> {
  const all = await grants.all();
  const found = all.find((grant) => ownTeam(grant) === place);
  if (found !== undefined) return found;
  const names = all.map(ownTeam).join(', ') || 'none';
  throw new Error(
    `No workspace or organisation ${place} has installed the app. Installed: ${names}. Nothing was changed.`,
  );
}

/** The bot token with which this install is served. @throws where it has none */
export async function botTokenOf(config: Config, grants: Grants | null, install: InstallId): Promise<Secret> {
  const { grant } = config.slack;
  if (grant.kind === 'token') return grant.botToken;
  const opened = (await grants?.open(install)) ?? null;
  if (opened !== null) return opened.token;
  throw new Error(
    'Several workspaces are served. Name one in DESKBRIDGE_WORKSPACE; "deskbridge slack installs" lists them.',
  );
}
