import type { SlackUser } from '../model/ids.ts';
import type { Link, OperationBody } from '../model/link.ts';
import { type Outcome, ok, rejected } from '../model/outcome.ts';
import type { WantedPerson } from '../model/ticket.ts';
import { TAKEN_BACK } from '../sync/summary.ts';
import { NOT_ROUTED } from '../texts/carrying.ts';
import { pointingBack } from './point-back.ts';
import { leaveOldTicket } from './prepare-retire.ts';
import { around, connectorOf, type Preparation, permalinkOf, ticketLimits } from './prepared.ts';
import { answersFor } from './request-form.ts';
import type { World } from './world.ts';

type Create = Extract<OperationBody, { kind: 'create' }>;

/** The ticket of a request, with everybody and everything that the request named. */
export async function prepareCreate(world: World, link: Link, body: Create): Promise<Outcome<Preparation>> {
  const connector = connectorOf(world, link);
  if (connector.kind !== 'ok') return connector;
  const { route, ticket } = link;
  if (route === null || ticket === null) return rejected('conflict', NOT_ROUTED);
  // One that was stopped or in doubt when its message was taken back does not bring the words onto a ticket later.
  const isTakenBack = (await world.store.items.of(link.id)).some(({ opens, gone }) => opens && gone);
  const accountOf = async (user: SlackUser) =>
    (await world.store.accounts.get(user, route.connector))?.account ?? null;
  const answers = await answersFor(world, body, accountOf);
  if (answers.kind !== 'ok') return answers;
  const participants: WantedPerson[] = [];
  for (const { user, name, email } of body.participants ?? [])
    participants.push({ name, email, account: await accountOf(user) });
  const draft = {
    target: body.target,
    ...(isTakenBack ? TAKEN_BACK : { summary: body.summary, description: body.description }),
    kind: route.kind,
    priority: route.priority,
    requester: { ...body.requester, account: await accountOf(link.requester) },
    participants,
    answers: answers.value,
    ...(body.group === undefined ? {} : { group: body.group }),
    ...(body.tags === undefined ? {} : { tags: body.tags }),
    reason: route.reason,
    permalink: await permalinkOf(world, link.home === 'thread' ? link.conversation : null),
  };
  return ok({
    point: { send: 'ticket.create.send', find: 'ticket.create.find' },
    ...ticketLimits(connector.value, 'create'),
    ...around(connector.value.create, draft, (made) => ({
      remoteId: made.id,
      async commit(tx) {
        await tx.links.saveTicket(link.id, { ...ticket, id: made.id, key: made.key, url: made.url });
        await tx.links.setStatus(link.id, 'live');
        await tx.operations.append(link.id, pointingBack(link, connector.value));
        if (body.moved !== undefined) await leaveOldTicket(tx, link, body.moved, made);
        await tx.links.wake(link.id, true);
      },
    })),
  });
}
