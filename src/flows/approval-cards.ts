import type { ApprovalId } from '../model/approval.ts';
import type { ApprovalReader } from '../model/approval-act.ts';
import { type PrincipalId, SlackUser } from '../model/ids.ts';
import type { NewOperation } from '../model/link.ts';
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
  const channel = approving.rules.cards.channel;
  const cards = await tx.approvals.cards.of(id);
  const of = concernedIn(approving, record, await tx.links.get(link));
  const users = await inSlack(tx, people);
  const operations = users.flatMap(({ principal, user }): NewOperation[] => {
    const has = cards.some((card) => card.principal === principal);
    if (has) return [tellUser(user, askedAnew(of))];
    if (channel !== null) return [tellUser(user, askedInChannel(of, channel))];
    return [cardFor(id, { principal, user })];
  });
  if (channel !== null && users.length > 0 && !cards.some((card) => card.principal === null))
    operations.unshift(cardFor(id, { channel }));
  await tx.operations.append(link, operations);
  await renewCards(tx, record);
}

/** Brings every card of it up to date, and the Homes on which it stands. Call it where the request's row is held. */
export async function renewCards(tx: StoreTx, { id, link, approval }: StoredApproval): Promise<void> {
  const cards = await tx.approvals.cards.of(id);
  const people = cards.flatMap(({ principal }) => principal ?? []);
  const users = new Map((await inSlack(tx, people)).map(({ principal, user }) => [principal, user]));
  const open = await tx.operations.open(link);
  const waits = new Set(
    open.flatMap(({ body, state }) =>
      body.kind === 'approval-card' && body.approval === id && state === 'ready' ? [keyOf(body.to)] : [],
    ),
  );
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
