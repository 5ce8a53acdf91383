import { fingerprint } from '../approvals/payload.ts';
import { isAtLeast } from '../approvals/risk.ts';
import { type PrincipalId, SlackUser } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import type { ApprovalShown, Named } from '../slack/out/approval-shown.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { Store, StoreTx } from '../store/store.ts';
import type { Concerned } from '../texts/approval-answers.ts';
import { NAMELESS } from '../texts/approval-notes.ts';
import { earlierWords } from '../texts/approvals.ts';
import { ticketName } from '../texts/names.ts';
import { differences } from './approval-differences.ts';
import type { Approving } from './approving.ts';

type Rows = Pick<Store | StoreTx, 'approvals' | 'approvers' | 'people' | 'links' | 'principals'>;

/** People by our own rows, so that nobody can call himself what he is not. */
export async function peopleIn(
  rows: Pick<Rows, 'approvers' | 'people'>,
  wanted: readonly PrincipalId[],
): Promise<ReadonlyMap<PrincipalId, Named>> {
  const people = new Map<PrincipalId, Named>();
  for (const { id, name, ids } of await rows.approvers.people([...new Set(wanted)])) {
    const slack = SlackUser.safeParse(ids.get('slack')).data ?? null;
    const profile = name === null && slack !== null ? await rows.people.get('slack', slack) : null;
    people.set(id, { slack, name: name ?? profile?.name ?? NAMELESS });
  }
  return people;
}

export function concernedIn(
  { rules }: Approving,
  { approval, native }: Pick<StoredApproval, 'approval' | 'native'>,
  link: Pick<Link, 'ticket'> | null,
): Concerned {
  const { kind } = approval.request;
  return { title: native?.name ?? rules.kinds[kind]?.title ?? kind, key: ticketName(link?.ticket?.key) };
}

/** Everything that an approver is shown. */
export async function shownApproval(
  rows: Rows,
  approving: Approving,
  record: StoredApproval,
  link: Link,
): Promise<ApprovalShown> {
  const { id, approval, previous, native } = record;
  const { request, round, at: step, votes, delegations } = approval;
  const questions = await rows.approvals.questions.of(id);
  const open = approval.status === 'open';
  const asked = open ? await rows.approvals.asked.of({ approval: id, round, step }) : [];
  const { requester, beneficiary, author, proposer } = request;
  const named = [
    ...[requester, proposer.kind === 'person' ? proposer.principal : proposer.owner],
    ...[beneficiary, author].filter((one) => one !== null),
    ...votes.flatMap(({ by, seat }) => [by, seat]),
    ...delegations.flatMap(({ from, to }) => [from, to]),
    ...asked.map(({ principal }) => principal),
    ...questions.map(({ by }) => by),
  ];
  const { ticket } = link;
  const kind = approving.rules.kinds[request.kind];
  const rule = approving.rules.rules.find(({ name }) => name === request.policy.name);
  return {
    ...{ id, approval, fingerprint: fingerprint(approval.hash) },
    kind: {
      ...{ title: native?.name ?? kind?.title ?? request.kind, domain: kind?.domain ?? 'other' },
      ...{ ifWrong: kind?.if_wrong ?? '', blocksPerson: kind?.blocks_person ?? false },
      outcomes: kind?.outcomes ?? { approve: null, deny: null },
    },
    people: await peopleIn(rows, named),
    ticket: {
      ...{ key: ticketName(ticket?.key), url: native?.url ?? ticket?.url ?? null },
      summary: ticket?.fields?.summary ?? link.request?.summary ?? '',
    },
    policy: { owner: rule?.owner ?? null, url: rule?.text ?? null },
    message: null,
    related: await relatedTo(rows, approving, record, link),
    audit: await rows.approvals.history.entryOf(id, record.link),
    since: previous === null ? [] : differences(previous, request),
    questions: questions.map(({ by, question, answer }) => ({ by, question, answer })),
    asked: asked.map(({ principal }) => principal),
    simulated: request.simulated === true,
    restricted: isRestricted(link),
  };
}

const MOST_LOOKED_AT = 30;
const MOST_RELATED = 3;

/** What became of the same sort of request of the same person before. */
async function relatedTo(
  rows: Rows,
  approving: Approving,
  { id, approval }: StoredApproval,
  { requester }: Link,
): Promise<ApprovalShown['related']> {
  const ended = await rows.approvals.history.endedOf(requester, MOST_LOOKED_AT);
  const alike = ended.filter(
    (one) => one.id !== id && one.native === null && one.approval.request.kind === approval.request.kind,
  );
  return Promise.all(
    alike.slice(0, MOST_RELATED).map(async (one) => {
      const link = await rows.links.get(one.link);
      const hidden = link === null || isRestricted(link);
      const of = concernedIn(approving, one, hidden ? null : link);
      const { status, request } = one.approval;
      const text = earlierWords(of, status, { at: one.closedAt, isSimulated: request.simulated === true });
      return { text, url: hidden ? null : (link.ticket?.url ?? null) };
    }),
  );
}

/** Only some may open its ticket. */
export const isRestricted = ({ ticket }: Pick<Link, 'ticket'>): boolean =>
  ticket?.fields?.restricted === true;

/**
 * Where somebody can decide it: in Slack; on a page on which he signs in afresh, because of the risk or because Slack may not
 * show him what it is about; or, without such a page, nowhere here.
 */
export type Where =
  | { readonly kind: 'slack' }
  | { readonly kind: 'page'; readonly url: string }
  | { readonly kind: 'nowhere' };

export function decidedWhere(
  { rules, pageOf }: Approving,
  { id, approval }: Pick<StoredApproval, 'id' | 'approval'>,
  link: Pick<Link, 'ticket'> | null,
): Where {
  const isHidden = link !== null && isRestricted(link);
  const isGrave = rules.step_up !== null && isAtLeast(approval.request.risk, rules.step_up);
  if (!isHidden && (!isGrave || pageOf == null)) return { kind: 'slack' };
  return pageOf == null ? { kind: 'nowhere' } : { kind: 'page', url: pageOf(id) };
}
