import { WORDS } from '../approvals/work.ts';
import type { ApprovalRequest } from '../model/approval.ts';
import { type ApprovalAct, MOST_IN_BATCH } from '../model/approval-act.ts';
import type { PrincipalId } from '../model/ids.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import { alikeDone, alikeTitle, alikeWhom, NONE_ALIKE, NOT_COUNTED } from '../texts/approval-answers.ts';
import { UNKNOWN_PERSON } from '../texts/approvals.ts';
import { type Answer, type Asked, refusal } from './approval-pressed.ts';
import type { Approving } from './approving.ts';
import { decideApproval } from './decide-approval.ts';
import { issueTokens } from './issue-tokens.ts';
import { stillAsked } from './look-at-approval.ts';
import { concernedIn, decidedWhere, peopleIn } from './shown-approval.ts';
import type { World } from './world.ts';

type Act<K extends ApprovalAct['kind']> = Extract<ApprovalAct, { kind: K }>;

const MOST_LOOKED_AT = 100;

/** What each option shows of its own; whatever else differs makes two requests unlike. */
const SHOWN_APART = new Set([WORDS, 'ticket.summary']);

/** What makes two requests alike: the same kind under the same policy on the same grounds, and the same would be done. */
const sortOf = ({ kind, policy, work, environment, evidence }: ApprovalRequest): string =>
  JSON.stringify([
    ...[kind, policy.hash, environment],
    Object.entries(evidence.fields)
      .filter(([name]) => !SHOWN_APART.has(name))
      .sort(([one], [other]) => one.localeCompare(other)),
    evidence.files.map(({ sha256 }) => sha256),
    Object.entries(work).map(([name, { changes }]) => [
      name,
      changes.map(({ field, after }) => [field, after]),
    ]),
  ]);

/** Only low risk, which needs no sign-in, and on which he has not decided. */
const isSimple = ({ approval }: StoredApproval, who: PrincipalId) =>
  approval.request.risk === 'low' &&
  !approval.votes.some(({ by, step }) => by === who && step === approval.at);

/** Groups of requests that this person can decide together, each with more than one. */
export function alikeAmong(
  waiting: readonly StoredApproval[],
  who: PrincipalId,
): readonly (readonly StoredApproval[])[] {
  const simple = waiting.filter((record) => isSimple(record, who));
  const groups = Map.groupBy(simple, ({ approval }) => sortOf(approval.request));
  return [...groups.values()]
    .filter(({ length }) => length > 1)
    .map((group) => group.slice(0, MOST_IN_BATCH));
}

/** Those that Slack may show, and that need no sign-in. */
export async function decidedInSlack(
  { store }: World,
  approving: Approving,
  waiting: readonly StoredApproval[],
): Promise<readonly StoredApproval[]> {
  const links = await Promise.all(waiting.map(({ link }) => store.links.get(link)));
  return waiting.filter((record, n) => decidedWhere(approving, record, links[n] ?? null).kind === 'slack');
}

/** Shows those that are like this one, to be chosen from. */
export async function lookAlike({ world, approving, pressed }: Asked, { approval }: Act<'look-alike'>) {
  const who = await world.store.principals.of({ system: 'slack', id: pressed.by });
  if (who === null || !who.active) return ok(refusal(NOT_COUNTED['unknown-person']));
  const waiting = await world.store.approvals.askedOf(who.id, MOST_LOOKED_AT);
  const named = alikeAmong(waiting, who.id).find((one) => one.some(({ id }) => id === approval)) ?? [];
  const group = await stillAsked(world, approving, named, who.id);
  const free = await decidedInSlack(world, approving, group);
  if (free.length < 2) return ok(refusal(NONE_ALIKE));
  const options = await Promise.all(
    free.map(async (record) => {
      const link = await world.store.links.get(record.link);
      const label = `${link?.ticket?.key ?? ''} ${link?.ticket?.fields?.summary ?? ''}`.trim();
      const { rationale, requester, beneficiary } = record.approval.request;
      const names = await peopleIn(world.store, [requester, ...(beneficiary === null ? [] : [beneficiary])]);
      const named = (id: PrincipalId) => names.get(id)?.name ?? UNKNOWN_PERSON;
      const whom = alikeWhom(named(requester), beneficiary === null ? null : named(beneficiary));
      const about = `${whom}: ${rationale.replaceAll(/\s+/g, ' ').trim()}`;
      return { value: `${record.id}:${record.approval.hash}`, label, about };
    }),
  );
  const [first] = free;
  const title = first === undefined ? '' : concernedIn(approving, first, null).title;
  return ok({ kind: 'form' as const, form: world.look.alikeForm(alikeTitle(title, free.length), options) });
}

/** Each by itself: a vote of its own, on what was shown of it. */
export async function approveAlike(asked: Asked, { shown }: Act<'approve-alike'>): Promise<Outcome<Answer>> {
  const { world, approving, pressed } = asked;
  const who = await world.store.principals.of({ system: 'slack', id: pressed.by });
  if (who === null || !who.active) return ok(refusal(NOT_COUNTED['unknown-person']));
  const others: string[] = [];
  let approved = 0;
  for (const one of shown) {
    const record = await world.store.approvals.get(one.approval);
    if (record === null) continue;
    const link = await world.store.links.get(record.link);
    const { key } = concernedIn(approving, record, link);
    const inSlack = decidedWhere(approving, record, link).kind === 'slack';
    const why = inSlack
      ? await approveOne(asked, record, { hash: one.hash, who: who.id })
      : ok(NOT_COUNTED['not-a-vote']);
    if (why.kind !== 'ok') return why;
    if (why.value === null) approved += 1;
    else others.push(`${key}: ${why.value}`);
  }
  return ok({ kind: 'words', text: alikeDone(approved, others), isRefusal: others.length > 0 });
}

/** Null when it is approved by him now, or was before; else why it is not. */
async function approveOne(
  { world, approving, pressed }: Asked,
  record: StoredApproval,
  { hash, who }: { readonly hash: string; readonly who: PrincipalId },
): Promise<Outcome<string | null>> {
  if (hasApproved(record, who)) return ok(null);
  if (record.approval.hash !== hash) return ok(NOT_COUNTED['another-version']);
  if (record.approval.request.risk !== 'low') return ok(NOT_COUNTED['not-a-vote']);
  if ((await stillAsked(world, approving, [record], who)).length === 0) return ok(NOT_COUNTED['not-asked']);
  const issued = await issueTokens(world, {
    approval: record.id,
    by: who,
    surface: 'home',
    shown: record.approval,
  });
  if (issued === null) return ok(NOT_COUNTED['another-version']);
  const decided = await decideApproval(world, {
    ...{ approval: record.id, by: { system: 'slack', id: pressed.by }, surface: 'home', means: 'button' },
    ...{ decision: 'approve', reason: '', shown: { token: issued.approve }, cause: pressed.cause },
  });
  if (decided.kind !== 'ok') return decided;
  return ok(decided.value.kind === 'refused' ? NOT_COUNTED[decided.value.why] : null);
}

const hasApproved = ({ approval }: StoredApproval, who: PrincipalId) =>
  approval.votes.some(
    ({ by, decision, hash }) => by === who && decision === 'approve' && hash === approval.hash,
  );
