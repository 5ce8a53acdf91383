import { NEVER } from '../approvals/native.ts';
import { fingerprint } from '../approvals/payload.ts';
import type { PrincipalId } from '../model/ids.ts';
import { revealed } from '../model/remarks.ts';
import type { FieldChange as Change } from '../slack/out/approval-shown.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import * as texts from '../texts/approval-page.ts';
import {
  EXTERNAL_VENDOR,
  NOT_ANSWERED,
  PRODUCTION_DATA,
  proposerWords,
  SIMULATED,
  stakeWords,
  UNKNOWN_PERSON,
  voteWords,
} from '../texts/approvals.ts';
import type { Approving } from './approving.ts';
import { shownApproval } from './shown-approval.ts';
import type { World } from './world.ts';

/** An approval as one person sees it who may. */
export interface OnPage {
  readonly world: World;
  readonly approving: Approving;
  readonly record: StoredApproval;
  readonly by: PrincipalId;
}

/** The same as the card shows, on one page: here nothing stands behind a button. */
export async function shownOnPage({ world, approving, record, by }: OnPage) {
  const { id, approval, native, link: linkId } = record;
  const { request, hash, status } = approval;
  const { requester, beneficiary } = request;
  const link = await world.store.links.get(linkId);
  const about = link === null ? null : await shownApproval(world.store, approving, record, link);
  const nameOf = (one: PrincipalId) => {
    const named = about?.people.get(one);
    return named === undefined ? UNKNOWN_PERSON : texts.personText(named.name, named.slack);
  };
  const { LABELS } = texts;
  const deadline = Math.min(request.expires_at, approval.steps[approval.at]?.deadline ?? NEVER);
  // Whoever decides sees every sign of what others wrote, also those that turn a line around.
  const line = (label: string, text: string | null) =>
    text === null ? [] : [[label, revealed(text)] as const];
  const change = ({ field, before, after }: Change) => ({
    field: revealed(texts.evidenceText(field)),
    before: before === null ? null : revealed(before),
    after: after === null ? null : revealed(after),
  });
  const hasVoted = approval.votes.some((vote) => vote.by === by && vote.step === approval.at);
  const { ticket = null } = link ?? {};
  return {
    title: revealed(about?.kind.title ?? native?.name ?? request.kind),
    outcomes: about?.kind.outcomes ?? { approve: null, deny: null },
    notice: about?.simulated === true ? SIMULATED : null,
    since: (about?.since ?? []).map(change),
    lines: [
      ...line(LABELS.requester, nameOf(requester)),
      ...line(LABELS.beneficiary, beneficiary === null ? null : nameOf(beneficiary)),
      ...line(LABELS.proposer, proposerOf(request, nameOf)),
      ...line(LABELS.trigger, native === null ? request.trigger : null),
      ...line(LABELS.ifWrong, wrongOf(about?.kind.ifWrong ?? '', request)),
      ...line(LABELS.risk, texts.riskText(request.risk)),
      ...line(LABELS.environment, request.environment === 'none' ? null : request.environment),
      ...line(LABELS.reach, reachOf(request)),
      ...line(LABELS.policy, native === null ? request.policy.name : null),
      ...line(LABELS.record, native === null ? null : texts.recordText(native.id, native.connector)),
      ...line(LABELS.expires, deadline === NEVER ? texts.NO_END : texts.untilText(new Date(deadline))),
      ...line(LABELS.id, id),
      ...line(LABELS.fingerprint, fingerprint(hash)),
    ],
    changes: Object.values(request.work).flatMap(({ changes }) => changes.map(change)),
    votes: approval.votes.map(({ by: voter, seat, decision, at }) => {
      const instead = seat === voter ? null : nameOf(seat);
      return [texts.untilText(new Date(at)), revealed(voteWords(nameOf(voter), decision, instead))] as const;
    }),
    talk: (about?.questions ?? []).flatMap(({ by: asker, question, answer }) => [
      [revealed(nameOf(asker)), revealed(question)] as const,
      [texts.ANSWER, revealed(answer ?? NOT_ANSWERED)] as const,
    ]),
    evidence: [
      ...Object.entries(request.evidence.fields).map(
        ([name, value]) => [revealed(texts.evidenceText(name)), revealed(value)] as const,
      ),
      ...request.evidence.files.map(({ name, sha256 }) => [revealed(name), `sha256 ${sha256}`] as const),
    ],
    ticket: linkOf(native?.url ?? ticket?.url ?? null, ticket?.key ?? null),
    over: status === 'open' && !hasVoted ? null : texts.overText(status),
  };
}

function wrongOf(ifWrong: string, { classification }: StoredApproval['approval']['request']): string | null {
  const words = `${ifWrong} ${stakeWords(classification)}`.trim();
  return ifWrong === '' ? null : words;
}

/** Whose idea it is, where that is not whoever asks. */
function proposerOf(
  { proposer, requester }: StoredApproval['approval']['request'],
  nameOf: (one: PrincipalId) => string,
): string | null {
  if (proposer.kind === 'person') return proposer.principal === requester ? null : nameOf(proposer.principal);
  return proposerWords(proposer, nameOf(proposer.owner));
}

function reachOf({
  production_data: isProduction,
  external_vendor: isOutside,
}: StoredApproval['approval']['request']): string | null {
  const said = [...(isProduction ? [PRODUCTION_DATA] : []), ...(isOutside ? [EXTERNAL_VENDOR] : [])];
  return said.length === 0 ? null : said.join('. ');
}

/** Addresses come from a ticket system: only a web address becomes a link. */
function linkOf(url: string | null, key: string | null) {
  if (url === null || key === null || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) return null;
  return { url, key };
}
