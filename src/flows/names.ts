import { peopleIn } from '../model/doc-text.ts';
import { SlackUser } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { SOMEBODY } from '../texts/names.ts';
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
  if (found.kind === 'rejected') return ok({ name: SOMEBODY, email: null });
  await world.store.people.save('slack', user, found.value);
  return found;
}

/** A person of Slack, as an answer names him. */
const PERSON = /^<@([A-Z0-9]+)>$/;

/** The one whom an answer names; null for any other answer. */
export function personIn(answer: string): SlackUser | null {
  return SlackUser.safeParse(PERSON.exec(answer)?.[1]).data ?? null;
}

function peopleInAnswers({ filled }: Extract<Intake, { kind: 'open-from-form' }>): readonly SlackUser[] {
  const answers = (filled?.fields ?? []).flatMap(({ kind, answer }) => (kind === 'person' ? answer : []));
  return answers.flatMap((answer) => personIn(answer) ?? []);
}

/** Everybody who writes, is mentioned, asks or is asked for in these intakes, and whoever changed the status last. */
export async function profilesIn(
  world: World,
  link: Pick<Link, 'ownChange'>,
  intakes: readonly Intake[],
): Promise<Outcome<ReadonlyMap<SlackUser, Profile>>> {
  const users = new Set<SlackUser>();
  if (link.ownChange !== null) users.add(link.ownChange.by);
  for (const intake of intakes) {
    if (intake.kind === 'message' || intake.kind === 'open-from-message' || intake.kind === 'edited') {
      if (intake.message.bot === null) users.add(intake.message.user);
      for (const user of peopleIn(intake.message.body)) users.add(user);
    }
    if (intake.kind === 'change' || intake.kind === 'open-from-form' || intake.kind === 'react')
      users.add(intake.by);
    if (intake.kind === 'escalate' || intake.kind === 'want-human') users.add(intake.by);
    if (intake.kind === 'open-from-form') {
      if (intake.onBehalfOf !== null) users.add(intake.onBehalfOf);
      for (const user of intake.participants) users.add(user);
      for (const user of peopleInAnswers(intake)) users.add(user);
    }
    if (intake.kind === 'change' && intake.set.assignee != null) users.add(intake.set.assignee);
  }
  const profiles = new Map<SlackUser, Profile>();
  for (const user of users) {
    const profile = await profileOf(world, user);
    if (profile.kind !== 'ok') return profile;
    profiles.set(user, profile.value);
  }
  return ok(profiles);
}
