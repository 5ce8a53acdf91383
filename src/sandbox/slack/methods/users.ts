import { z } from 'zod';
import type { SandboxPerson } from '../../worlds.ts';
import { defineMethod, fail, succeed } from '../method.ts';
import type { SlackWorld } from '../world.ts';

function wirePerson(world: SlackWorld, person: SandboxPerson, showsEmail = false) {
  const { organisation } = world.team;
  return {
    id: person.id,
    team_id: person.otherTeam ?? world.team.id,
    name: person.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.'),
    deleted: false,
    real_name: person.name,
    tz: person.timeZone ?? 'Etc/UTC',
    tz_offset: 0,
    profile: {
      real_name: person.name,
      real_name_normalized: person.name,
      display_name: person.name,
      display_name_normalized: person.name,
      ...(person.email === null || !showsEmail ? {} : { email: person.email }),
      team: person.otherTeam ?? world.team.id,
    },
    is_admin: false,
    is_owner: false,
    is_restricted: person.isGuest === true,
    is_ultra_restricted: false,
    is_bot: false,
    is_app_user: false,
    ...(person.email === null ? {} : { is_email_confirmed: person.isUnconfirmed !== true }),
    updated: 0,
    // A colleague in an organisation, whichever of its workspaces he is in: docs.slack.dev/reference/objects/user-object.
    ...(organisation == null || person.otherTeam !== undefined
      ? {}
      : {
          enterprise_user: {
            id: person.id,
            enterprise_id: organisation.id,
            enterprise_name: organisation.name,
            is_admin: false,
            is_owner: false,
            teams: [world.team.id],
          },
        }),
  };
}

function wireBotUser(world: SlackWorld) {
  const { app, team } = world;
  const wire = wirePerson(world, { id: app.botUserId, name: app.name, email: null });
  return {
    ...wire,
    is_bot: true,
    profile: { ...wire.profile, api_app_id: app.appId, bot_id: app.botId, team: team.id },
  };
}

const info = defineMethod({
  tier: 't4',
  scope: 'users:read',
  args: z.object({ user: z.string() }),
  run(args, { world, may }) {
    if (args.user === world.app.botUserId) return succeed({ user: wireBotUser(world) });
    const person = world.people.get(args.user);
    if (person === undefined) return fail('user_not_found');
    return succeed({ user: wirePerson(world, person, may('users:read.email')) });
  },
});

const lookupByEmail = defineMethod({
  tier: 't3',
  scope: 'users:read.email',
  args: z.object({ email: z.string() }),
  run(args, { world }) {
    const email = args.email.toLowerCase();
    const person = [...world.people.values()].find((each) => each.email?.toLowerCase() === email);
    return person === undefined
      ? fail('users_not_found')
      : succeed({ user: wirePerson(world, person, true) });
  },
});

export const userMethods = { 'users.info': info, 'users.lookupByEmail': lookupByEmail };
