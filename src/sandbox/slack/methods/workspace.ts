import { z } from 'zod';
import { defineMethod, fail, succeed } from '../method.ts';

const authTest = defineMethod({
  tier: 'special',
  args: z.object({}),
  run(_args, { world }) {
    const { app, team } = world;
    const organisation = team.organisation ?? null;
    return succeed({
      url: `https://${team.domain}.slack.com/`,
      team: team.name,
      user: app.name,
      team_id: team.id,
      user_id: app.botUserId,
      bot_id: app.botId,
      ...(organisation === null ? {} : { enterprise_id: organisation.id }),
      is_enterprise_install: organisation !== null,
    });
  },
});

const teamInfo = defineMethod({
  tier: 't3',
  scope: 'team:read',
  args: z.object({ team: z.string().optional() }),
  run(args, { world }) {
    if (args.team !== undefined && args.team !== world.team.id) return fail('team_not_found');
    return succeed({ team: { ...world.team, email_domain: '' } });
  },
});

const botsInfo = defineMethod({
  tier: 't3',
  scope: 'users:read',
  args: z.object({ bot: z.string().optional() }),
  run(args, { world }) {
    const { app } = world;
    if (args.bot !== app.botId) return fail('bot_not_found');
    const bot = { id: app.botId, deleted: false, name: app.name, updated: 0, app_id: app.appId };
    return succeed({ bot: { ...bot, user_id: app.botUserId } });
  },
});

const connectionsOpen = defineMethod({
  tier: 't3',
  scope: 'connections:write',
  token: 'app',
  args: z.object({}),
  run: (_args, context) => succeed({ url: context.socketUrl() }),
});

export const workspaceMethods = {
  'auth.test': authTest,
  'team.info': teamInfo,
  'bots.info': botsInfo,
  'apps.connections.open': connectionsOpen,
};
