import type { Connector } from '../connectors/connector.ts';
import type { Link, LinkedTicket, NewOperation } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { backlinkTitle } from '../texts/backlink.ts';
import { around, type Preparation, permalinkOf, ticketLimits, ticketOf } from './prepared.ts';
import type { World } from './world.ts';

/** Only a thread can be opened by those who read the ticket: a direct message is nobody else's. */
export const canPointBack = (link: Link, connector: Connector | undefined): boolean =>
  connector?.can.backlink !== undefined && link.home === 'thread' && link.conversation !== null;

/** What a new ticket gets where its system shows links and it has a thread to show. */
export const pointingBack = (link: Link, connector: Connector): readonly NewOperation[] =>
  canPointBack(link, connector) ? [{ lane: 'ticket', itemId: null, body: { kind: 'backlink' } }] : [];

const isDone = ({ status }: Link, { fields }: LinkedTicket) =>
  status === 'closed' || fields?.status.category === 'done';

/** The link from the ticket to its thread, with what is true of the request when this runs. */
export async function prepareBacklink(world: World, link: Link): Promise<Outcome<Preparation>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id } = found.value;
  const { conversation, ticket } = link;
  const backlink = connector.can.backlink;
  if (backlink === undefined || conversation === null || ticket === null || !canPointBack(link, connector))
    return ok({ skip: 'there is no thread that the ticket could show' });
  const url = await permalinkOf(world, conversation);
  // Slack's trouble does not hold up the ticket: the next end or beginning of the request sets it.
  if (url === null) return ok({ skip: 'Slack does not say where the thread is' });
  const { team, channel, root } = conversation;
  const done = isDone(link, ticket);
  const shown = {
    ticket: id,
    thread: `${team}.${channel}.${root}`,
    url,
    title: backlinkTitle(done),
    isDone: done,
  };
  return ok({
    point: { send: 'ticket.link.send', find: 'ticket.link.find' },
    ...ticketLimits(connector, id),
    ...around(backlink, shown, () => ({
      remoteId: null,
      async commit(tx) {
        await tx.said.over(subjectOf(connector.id));
      },
    })),
  });
}

/** What an operator is told of once for each ticket system. */
export const subjectOf = (connector: string) => `backlink:${connector}`;
