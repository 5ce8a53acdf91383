import { RISK_CLASSES } from '../model/approval.ts';
import type { SlackUser } from '../model/ids.ts';
import { filterPending, NO_FILTER, type Pending, type PendingFilter } from '../model/pending.ts';
import type { PendingList } from '../slack/out/approval-list.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import { alikeAmong, decidedInSlack } from './approve-alike.ts';
import type { Approving } from './approving.ts';
import { stillAsked } from './look-at-approval.ts';
import { shownApproval } from './shown-approval.ts';
import type { World } from './world.ts';

/** Decisions that wait for one person: so many are looked at. */
const MOST = 100;

export interface Decisions {
  readonly items: PendingList['items'];
  /** Of those that are alike the first, and how many there are. */
  readonly alike: readonly { readonly id: string; readonly title: string; readonly n: number }[];
}

const NO_DECISIONS: Decisions = { items: [], alike: [] };

/** What waits for his decision; nothing where approvals are switched off. */
export async function decisionsFor(world: World, user: SlackUser): Promise<Decisions> {
  const { approvals: approving, store } = world;
  const who = approving === undefined ? null : await store.principals.of({ system: 'slack', id: user });
  if (approving === undefined || who === null || !who.active) return NO_DECISIONS;
  const asked = await store.approvals.askedOf(who.id, MOST);
  const silent = asked.filter(
    ({ approval }) => !approval.votes.some(({ step, by }) => step === approval.at && by === who.id),
  );
  const waiting = await stillAsked(world, approving, silent, who.id);
  const items = await Promise.all(waiting.map((record) => itemOf(world, approving, record)));
  const free = await decidedInSlack(world, approving, waiting);
  return {
    items: items.filter((one) => one !== null),
    alike: alikeAmong(free, who.id).flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { kind } = first.approval.request;
      return [{ id: first.id, title: approving.rules.kinds[kind]?.title ?? kind, n: group.length }];
    }),
  };
}

async function itemOf(
  world: World,
  approving: Approving,
  record: StoredApproval,
): Promise<PendingList['items'][number] | null> {
  const link = await world.store.links.get(record.link);
  if (link === null) return null;
  const { kind, ticket, people, approval, restricted } = await shownApproval(
    world.store,
    approving,
    record,
    link,
  );
  const { request, steps, at } = approval;
  const one: Pending = {
    ...{ id: record.id, title: kind.title, domain: kind.domain, blocksPerson: kind.blocksPerson },
    ...{ risk: request.risk, system: request.target.system, key: ticket.key, url: ticket.url },
    summary: restricted ? '' : ticket.summary,
    requester: people.get(request.requester)?.name ?? '',
    until: Math.min(request.expires_at, steps[at]?.deadline ?? Number.POSITIVE_INFINITY),
    askedAt: record.openedAt.getTime(),
  };
  return { ...one, value: record.id };
}

/** What somebody typed to narrow a list down, as the list takes it; all of it for null and for what is no tag. */
export function filterIn(tag: string | null): PendingFilter {
  const [name = '', value = ''] = (tag ?? '').split(':', 2);
  switch (name) {
    case 'domain':
      return { ...NO_FILTER, domain: value };
    case 'source':
      return { ...NO_FILTER, system: value };
    case 'severity':
      return { ...NO_FILTER, risk: RISK_CLASSES.find((one) => one === value) ?? null };
    case 'blocks-a-person':
      return { ...NO_FILTER, blocksPerson: true };
    default:
      return NO_FILTER;
  }
}

/** Names of domains and systems are typed in any case. */
export function narrowed(items: Decisions['items'], filter: PendingFilter): Decisions['items'] {
  const small = (text: string | null) => text?.toLowerCase() ?? null;
  const wanted = { ...filter, domain: small(filter.domain), system: small(filter.system) };
  const kept = new Set(
    filterPending(
      items.map((one) => ({ ...one, domain: one.domain.toLowerCase(), system: one.system.toLowerCase() })),
      wanted,
    ).map(({ id }) => id),
  );
  return items.filter(({ id }) => kept.has(id));
}
