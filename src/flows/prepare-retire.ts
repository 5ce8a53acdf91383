import { plainDoc } from '../model/doc.ts';
import type { BodyOf, Link } from '../model/link.ts';
import { type Outcome, ok, rejected } from '../model/outcome.ts';
import type { StoreTx } from '../store/store.ts';
import { connectorOfGone } from '../texts/carrying.ts';
import { goodbyeText, movedText, notClosedText } from '../texts/move.ts';
import { around, type Preparation, ticketLimits } from './prepared.ts';
import type { World } from './world.ts';

type Moved = NonNullable<BodyOf<'create'>['moved']>;

/** The new ticket is there: the old one is told and closed, and the thread hears of it. */
export async function leaveOldTicket(
  tx: StoreTx,
  link: Link,
  moved: Moved,
  made: { readonly key: string; readonly url: string },
): Promise<void> {
  const { connector, ticket, key, queue, actor } = moved;
  const old = { kind: 'retire' as const, connector, ticket, key };
  const says = { ...old, words: goodbyeText(made.key, made.url, actor) };
  await tx.operations.append(link.id, [
    { lane: 'ticket', itemId: null, body: says },
    { lane: 'ticket', itemId: null, body: { ...old, words: null } },
    {
      lane: 'slack',
      itemId: null,
      body: { kind: 'post', text: movedText(key, made.key, queue, actor), where: 'conversation' },
    },
  ]);
}

/** Tells the ticket that a request has left where it went, or closes it in its own workflow's way. */
export async function prepareRetire(
  world: World,
  link: Link,
  { connector: id, ticket, key, words }: BodyOf<'retire'>,
): Promise<Outcome<Preparation>> {
  const connector = world.connectors.get(id);
  if (connector === undefined) return rejected('invalid', connectorOfGone(id, key));
  if (words !== null) {
    const draft = {
      ...{ ticket, author: null, body: plainDoc(words), visibility: 'public' as const },
      ...{ source: null, part: null },
    };
    return ok({
      point: { send: 'ticket.comment.send', find: 'ticket.comment.find' },
      ...ticketLimits(connector, ticket),
      ...around(connector.comments.add, draft, (made) => ({ remoteId: made.id, commit: async () => {} })),
    });
  }
  const change = {
    ticket,
    set: { status: 'done' as const },
    before: null,
    actor: { name: 'Deskbridge', grant: null },
  };
  return ok({
    point: { send: 'ticket.write.send', find: 'ticket.write.find' },
    ...ticketLimits(connector, ticket),
    ...around(connector.write, change, ({ left }) => ({
      remoteId: null,
      async commit(tx) {
        const [first] = left;
        if (first === undefined) return;
        const text = notClosedText(key, first.reason);
        await tx.operations.append(link.id, [
          { lane: 'slack', itemId: null, body: { kind: 'post', text, where: 'conversation' } },
        ]);
      },
    })),
  });
}
