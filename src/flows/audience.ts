import type { SlackChannel, SlackTeam, SlackUser } from '../model/ids.ts';
import { isDirectMessage } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok, type Rejected, rejected } from '../model/outcome.ts';
import {
  answersFor,
  type BlockedWhy,
  type Carried,
  decideSend,
  type SlackPlace,
  type Standing,
  type Verdict,
} from '../privacy/audience.ts';
import { notForHere } from '../texts/audience.ts';
import { agentsOf } from './agents-thread.ts';
import type { World } from './world.ts';

const READ_TIMEOUT_MS = 10_000;

/** May this be shown there? `channel` null: in a direct message that is opened for it. */
export async function verdictOn(
  world: World,
  link: Link,
  { channel, carried }: { readonly channel: SlackChannel | null; readonly carried: Carried },
): Promise<Outcome<Verdict>> {
  const { rules } = world;
  // The ids of direct messages begin so (docs.slack.dev/reference/objects/conversation-object): nobody else reads those.
  const isDirect = channel === null || isDirectMessage(channel);
  const place = isDirect
    ? await directWith(world, link)
    : await world.io.run('slack.read', { timeoutMs: READ_TIMEOUT_MS }, () => world.slack.place(channel));
  if (place.kind !== 'ok') return place;
  return ok(
    decideSend({
      carried,
      place: place.value,
      outsiders: channel !== null && rules.outsiders.has(channel),
      restricted: link.ticket?.fields?.restricted === true,
      confidential: link.route?.privacy === 'private',
      agents: channel !== null && channel === agentsOf(world, link),
      answers: channel === null ? 'thread' : answersFor(rules.answers.get(channel), link.route?.kind ?? ''),
    }),
  );
}

/** Somebody of another company is one also when nobody else is there. */
async function directWith(world: World, { team, requester }: Link): Promise<Outcome<SlackPlace>> {
  const standing = await standingOf(world, team, requester);
  return standing.kind === 'ok' ? ok({ kind: 'direct', shared: standing.value === 'stranger' }) : standing;
}

/** Parks what may not be shown, with who can change that. */
export function blocked(why: BlockedWhy): Rejected {
  return rejected('forbidden', notForHere(why));
}

/** What somebody is in the workspace of `team`. */
export async function standingOf(world: World, team: SlackTeam, user: SlackUser): Promise<Outcome<Standing>> {
  const found = await world.io.run('slack.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    world.slack.standing(user),
  );
  // Whom Slack does not name is nobody of ours; that Slack does not let us ask says nothing of him.
  if (found.kind === 'rejected' && found.code === 'not-found') return ok('stranger');
  if (found.kind !== 'ok') return found;
  const { guest, home } = found.value;
  if (home !== null && home !== team) return ok('stranger');
  return ok(guest ? 'guest' : 'member');
}

/** Guests and people of other companies ask only where the owner lets them. */
export async function mayAsk(
  world: World,
  {
    team,
    channel,
    user,
  }: { readonly team: SlackTeam; readonly channel: SlackChannel; readonly user: SlackUser },
): Promise<Outcome<boolean>> {
  if (world.rules.outsiders.has(channel)) return ok(true);
  const standing = await standingOf(world, team, user);
  return standing.kind === 'ok' ? ok(standing.value === 'member') : standing;
}

/** May words or a file of the ticket be shown there? False: only told of to him who asked. */
export async function mayShow(world: World, link: Link, channel: SlackChannel): Promise<Outcome<boolean>> {
  const verdict = await verdictOn(world, link, { channel, carried: 'words' });
  if (verdict.kind !== 'ok') return verdict;
  return verdict.value.kind === 'block' ? blocked(verdict.value.why) : ok(verdict.value.kind === 'go');
}

/** The same for a file, which nobody can be told of alone; null when it may be shown. */
export async function holdBack(
  world: World,
  link: Link,
  channel: SlackChannel,
): Promise<Outcome<{ readonly skip: string }> | null> {
  const may = await mayShow(world, link, channel);
  if (may.kind !== 'ok') return may;
  return may.value ? null : ok({ skip: 'files are not shown where answers are whispered' });
}
