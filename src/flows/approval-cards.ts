import type { ApprovalId } from '../model/approval.ts';
import type { ApprovalReader } from '../model/approval-act.ts';
import { type PrincipalId, type SlackChannel, SlackUser } from '../model/ids.ts';
import type { Link, NewOperation } from '../model/link.ts';
import type { Hidden } from '../slack/out/approval-shown.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { StoreTx } from '../store/store.ts';
import { askedAnew, askedInChannel } from '../texts/approval-answers.ts';
import type { Approving } from './approving.ts';
import { concernedIn } from './shown-approval.ts';

const cardFor = (approval: ApprovalId, to: ApprovalReader, anew = false): NewOperation => ({
  lane: 'slack',
  itemId: null,
  body: { kind: 'approval-card', approval, to, ...(anew ? { anew: true as const } : {}) },
});
const tellUser = (user: SlackUser, text: string): NewOperation => ({
  lane: 'slack',
  itemId: null,
  body: { kind: 'tell', user, text, alarm: true },
});

async function inSlack(tx: StoreTx, people: readonly PrincipalId[]) {
  const known = await tx.approvers.people(people);
  return known.flatMap(({ id, ids }) => {
    const user = SlackUser.safeParse(ids.get('slack'));
    return user.success ? [{ principal: id, user: user.data }] : [];
  });
}

/** Asks these people: each gets a card, or where it stands already a word that it is asked anew. Call it where the request's row is held. */
export async function askInSlack(
  tx: StoreTx,
  approving: Approving,
  record: StoredApproval,
  people: readonly PrincipalId[],
): Promise<void> {
  const { id, link } = record;
  const about = await tx.links.get(link);
  const channel = channelFor(approving, about);
  const cards = await tx.approvals.cards.of(id);
  const of = concernedIn(approving, record, about);
  const users = await inSlack(tx, people);
  const operations = users.flatMap(({ principal, user }): NewOperation[] => {
    const has = cards.some((card) => card.principal === principal);
    if (has) return [tellUser(user, askedAnew(of))];
    // They hear of it when it stands there.
    return channel === null ? [cardFor(id, { principal, user })] : [];
  });
  if (channel !== null && users.length > 0) operations.unshift(cardFor(id, { channel }));
  await tx.operations.append(link, operations);
  await renewCards(tx, record);
}

/** What is confidential stands in no channel. */
const channelFor = ({ rules }: Approving, link: Pick<Link, 'route'> | null): SlackChannel | null =>
  link?.route?.privacy === 'private' ? null : rules.cards.channel;

/** Who is asked now and has no card of his own. */
async function withoutCard(tx: StoreTx, { id, approval }: StoredApproval) {
  const { round, at: step, status } = approval;
  if (status !== 'open') return [];
  const asked = await tx.approvals.asked.of({ approval: id, round, step });
  const cards = await tx.approvals.cards.of(id);
  const users = await inSlack(
    tx,
    asked.map(({ principal }) => principal),
  );
  return users.filter(({ principal }) => !cards.some((card) => card.principal === principal));
}

/** The card stands in the channel: they are told of it, once for each time that they are asked; if it may say nothing there, each gets his own. */
export async function tellOfChannel(
  tx: StoreTx,
  approving: Approving,
  { id }: Pick<StoredApproval, 'id'>,
  { at: channel, hidden }: { readonly at: SlackChannel; readonly hidden: Hidden | null },
): Promise<void> {
  const record = await tx.approvals.hold(id);
  if (record === null) return;
  if (hidden !== null) return giveEach(tx, record);
  const { round, at: step } = record.approval;
  const of = concernedIn(approving, record, await tx.links.get(record.link));
  for (const { principal, user } of await withoutCard(tx, record))
    if (await tx.said.once(`approval-asked:${id}:${principal}`, `${round}:${step}`))
      await tx.operations.append(record.link, [tellUser(user, askedInChannel(of, channel))]);
}

/** No channel may have it: a card for everybody who is asked, in his direct messages. */
export async function giveEach(tx: StoreTx, { id }: Pick<StoredApproval, 'id'>): Promise<void> {
  const record = await tx.approvals.hold(id);
  if (record === null) return;
  const users = await withoutCard(tx, record);
  const waiting = await waitingFor(tx, record);
  await tx.operations.append(
    record.link,
    users.filter(({ user }) => !waiting.has(user)).map((to) => cardFor(id, to)),
  );
}

/** To whom a card is under way. */
async function waitingFor(tx: StoreTx, { id, link }: Pick<StoredApproval, 'id' | 'link'>) {
  const open = await tx.operations.open(link);
  return new Set(
    open.flatMap(({ body, state }) =>
      body.kind === 'approval-card' && body.approval === id && state === 'ready' ? [keyOf(body.to)] : [],
    ),
  );
}

/** Brings every card of it up to date, and the Homes on which it stands. Call it where the request's row is held. */
export async function renewCards(tx: StoreTx, { id, link, approval }: StoredApproval): Promise<void> {
  const cards = await tx.approvals.cards.of(id);
  const people = cards.flatMap(({ principal }) => principal ?? []);
  const users = new Map((await inSlack(tx, people)).map(({ principal, user }) => [principal, user]));
  const waits = await waitingFor(tx, { id, link });
  const targets = cards.flatMap(({ principal, channel }): ApprovalReader[] => {
    if (principal === null) return [{ channel }];
    const user = users.get(principal);
    return user === undefined ? [] : [{ principal, user }];
  });
  const stale = targets.filter((to) => !waits.has(keyOf(to)));
  await tx.operations.append(
    link,
    stale.map((to) => cardFor(id, to)),
  );
  await tx.links.wake(link, false);
  const { round, at: step } = approval;
  const asked = await tx.approvals.asked.of({ approval: id, round, step });
  const homes = await inSlack(tx, [...asked.map(({ principal }) => principal), ...people]);
  await tx.homes.changed([...new Set(homes.map(({ user }) => user))]);
}

const keyOf = (to: ApprovalReader) => ('user' in to ? to.user : to.channel);

/** Fresh buttons for one who looked at old ones. */
export async function reissueCard(
  tx: StoreTx,
  { id, link }: StoredApproval,
  to: ApprovalReader,
): Promise<void> {
  await tx.operations.append(link, [cardFor(id, to, true)]);
  await tx.links.wake(link, false);
}
