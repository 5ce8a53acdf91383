import type { SlackUser } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { World } from './world.ts';

export interface Profile {
  readonly name: string;
  readonly email: string | null;
}

const READ_TIMEOUT_MS = 10_000;

/** A person of Slack, from what we know of him or from Slack. Somebody whom Slack does not name stays nameless. */
export async function profileOf(world: World, user: SlackUser): Promise<Outcome<Profile>> {
  const known = await world.store.people.get('slack', user);
  if (known !== null) return ok(known);
  const found = await world.io.run('slack.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    world.slack.person(user),
  );
  if (found.kind === 'retry') return found;
  if (found.kind === 'rejected') return ok({ name: 'A person in Slack', email: null });
  await world.store.people.save('slack', user, found.value);
  return found;
}

/** Names of everybody who writes or is mentioned in these intakes. */
export async function namesIn(
  world: World,
  intakes: readonly Intake[],
): Promise<Outcome<ReadonlyMap<SlackUser, string>>> {
  const users = new Set<SlackUser>();
  for (const intake of intakes) {
    if (intake.kind === 'message' || intake.kind === 'open-from-message') {
      users.add(intake.message.user);
      for (const part of intake.message.text) if (part.kind === 'person') users.add(part.user);
    }
    if (intake.kind === 'change-status' || intake.kind === 'open-from-form') users.add(intake.by);
  }
  const names = new Map<SlackUser, string>();
  for (const user of users) {
    const profile = await profileOf(world, user);
    if (profile.kind !== 'ok') return profile;
    names.set(user, profile.value.name);
  }
  return ok(names);
}
