import type { ApprovalAct } from '../model/approval-act.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import { NOT_COUNTED, nothingNamed } from '../texts/approval-answers.ts';
import { type Answer, type Asked, refusal } from './approval-pressed.ts';
import { issueTokens } from './issue-tokens.ts';
import { approvalFor } from './look-at-approval.ts';
import { decidedWhere, shownApproval } from './shown-approval.ts';

type Look = Extract<ApprovalAct, { kind: 'look' }>;

const MOST = 10;

/** All of a request, with the decision below it, for somebody of whom it was asked. */
export async function openDifference(asked: Asked, { named, decision, aud }: Look): Promise<Outcome<Answer>> {
  const { world, approving, pressed } = asked;
  const who = await world.store.principals.of({ system: 'slack', id: pressed.by });
  if (who === null || !who.active) return ok(refusal(NOT_COUNTED['unknown-person']));
  const found = await concerning(asked, named);
  if (found.kind !== 'ok') return found;
  const record = found.value;
  const link = record === null ? null : await world.store.links.get(record.link);
  // Whether it is somebody else's or does not exist at all makes no difference that anybody could see.
  if (record === null || link === null) return ok(refusal(nothingNamed(named)));
  const shown = await shownApproval(world.store, approving, record, link);
  const { approval, id } = record;
  const voted = approval.votes.some(({ step, by }) => step === approval.at && by === who.id);
  const mayVote = approval.status === 'open' && !voted;
  const where = decidedWhere(approving, record, link);
  const page = mayVote && where.kind === 'page' ? where.url : null;
  const tokens =
    mayVote && where.kind === 'slack'
      ? await issueTokens(world, { approval: id, by: who.id, surface: aud, shown: approval })
      : null;
  return ok({ kind: 'form', form: world.look.decideForm({ shown, tokens, page, decision }) });
}

/** The first of that name that he has to decide, or has decided; open ones come first. */
async function concerning({ world, pressed }: Asked, named: string): Promise<Outcome<StoredApproval | null>> {
  for (const { id } of await world.store.approvals.named(named, MOST)) {
    const seen = await approvalFor(world, { approval: id, by: { system: 'slack', id: pressed.by } });
    if (seen.kind !== 'ok') return seen;
    if (seen.value?.part === 'asked' || seen.value?.part === 'decided') return ok(seen.value.record);
  }
  return ok(null);
}
