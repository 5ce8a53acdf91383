import { NEVER } from '../approvals/native.ts';
import { fingerprint } from '../approvals/payload.ts';
import { isAtLeast } from '../approvals/risk.ts';
import type { ApprovalId, Decision } from '../model/approval.ts';
import type { PrincipalId, SlackTeam, SlackUser } from '../model/ids.ts';
import type { Io } from '../model/io.ts';
import type { SlackSignIn } from '../slack/out/sign-in.ts';
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
import { decideApproval, issueTokens } from './decide-approval.ts';
import { approvalFor } from './look-at-approval.ts';
import { shownApproval } from './shown-approval.ts';
import type { World } from './world.ts';

/** Where Slack sends a browser back to. */
const signInRedirectUrl = (publicUrl: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/approvals/signed-in`;
/** Where somebody decides. */
export const approvalPageUrl = (publicUrl: string, id: ApprovalId): string =>
  `${publicUrl.replace(/\/+$/, '')}/approvals/${id}`;

export interface PagePerson {
  readonly team: SlackTeam;
  readonly user: SlackUser;
  readonly authTime: number;
}

export interface PagesDeps {
  /** The world of a workspace; null: it is not served here. */
  readonly worldOf: (team: SlackTeam) => World | null;
  readonly signIn: SlackSignIn;
  readonly publicUrl: string;
  readonly io: Io;
  readonly now: () => Date;
}

const EXCHANGE_TIMEOUT_MS = 10_000;
/** A sign-in is fresh for so long. */
const FRESH_MS = 5 * 60_000;

const refused = (status: 403 | 404 | 409 | 503, text: string, again = false) => ({
  ...{ kind: 'refused' as const, status, text, again },
});

interface Found {
  readonly world: World;
  readonly approving: Approving;
  readonly record: StoredApproval;
  readonly by: PrincipalId;
}

/** An approval on a page of its own, for whoever is signed in with Slack. */
export function createApprovalPages({ worldOf, signIn, publicUrl, io, now }: PagesDeps) {
  const redirectUri = signInRedirectUrl(publicUrl);

  /** Whoever is asked of it now, or has decided, may see it; nobody else learns that it is there. */
  async function find(
    id: ApprovalId,
    { team, user }: PagePerson,
  ): Promise<Found | ReturnType<typeof refused>> {
    const world = worldOf(team);
    if (world?.approvals === undefined) return refused(403, texts.OTHER_WORKSPACE, true);
    const seen = await approvalFor(world, { approval: id, by: { system: 'slack', id: user } });
    if (seen.kind !== 'ok') return refused(503, texts.TRY_AGAIN);
    const person = await world.store.principals.of({ system: 'slack', id: user });
    if (seen.value === null || seen.value.part === 'asks' || person === null)
      return refused(404, texts.PAGE_WORDS.unknown);
    return { world, approving: world.approvals, record: seen.value.record, by: person.id };
  }

  return {
    words: texts.PAGE_WORDS,
    now: () => now().getTime(),

    signInUrl: (asked: { readonly state: string; readonly nonce: string }): URL =>
      signIn.url({ ...asked, redirectUri }),

    async signedIn(code: string, nonce: string): Promise<PagePerson | { readonly failed: string }> {
      const given = await io.run('sign-in.exchange', { timeoutMs: EXCHANGE_TIMEOUT_MS }, () =>
        signIn.exchange(code, { nonce, redirectUri, now: now().getTime() }),
      );
      return given.kind === 'ok' ? given.value : { failed: texts.notSignedIn(given.reason) };
    },

    async look(id: ApprovalId, who: PagePerson) {
      const found = await find(id, who);
      if ('kind' in found) return found;
      return { kind: 'shown' as const, shown: await shownOf(found) };
    },

    /** What a press can decide, once; a risk from `approvals.step_up` on wants a fresh sign-in first. */
    async open(id: ApprovalId, who: PagePerson) {
      const found = await find(id, who);
      if ('kind' in found) return found;
      const old = staleSignIn(found, who, now().getTime());
      if (old !== null) return old;
      const shown = await shownOf(found);
      if (shown.over !== null) return refused(409, shown.over);
      const tokens = await issueTokens(found.world, { approval: id, by: found.by, surface: 'web' });
      return tokens === null
        ? refused(409, texts.refusalText('over'))
        : { kind: 'open' as const, shown, tokens };
    },

    async decide(
      id: ApprovalId,
      who: PagePerson,
      {
        decision,
        reason,
        token,
      }: { readonly decision: Decision; readonly reason: string; readonly token: string },
    ) {
      const found = await find(id, who);
      if ('kind' in found) return found;
      const old = staleSignIn(found, who, now().getTime());
      if (old !== null) return old;
      // Said before the token is used up, so that the page can be sent once more.
      if (decision === 'deny' && reason.trim() === '') return refused(409, texts.REASON_MISSING);
      const decided = await decideApproval(found.world, {
        ...{ approval: id, by: { system: 'slack', id: who.user }, surface: 'web', means: 'page' },
        ...{ decision, reason, shown: { token }, cause: null },
      });
      if (decided.kind !== 'ok') return refused(503, texts.TRY_AGAIN);
      if (decided.value.kind === 'refused') return refused(409, texts.refusalText(decided.value.why));
      const done = decision === 'approve' ? texts.APPROVED : texts.DENIED;
      return { kind: 'decided' as const, text: decided.value.kind === 'relayed' ? texts.RELAYED : done };
    },
  };
}

function staleSignIn({ world, record }: Found, { authTime }: PagePerson, now: number) {
  const from = world.approvals?.rules.step_up ?? null;
  const isRisky = from !== null && isAtLeast(record.approval.request.risk, from);
  if (!isRisky || now - authTime <= FRESH_MS) return null;
  return refused(403, texts.SIGN_IN_AGAIN, true);
}

/** The same as the card shows, on one page: here nothing stands behind a button. */
async function shownOf({ world, approving, record, by }: Found) {
  const { id, approval, native, link: linkId } = record;
  const { request, hash, status } = approval;
  const { requester, beneficiary } = request;
  const link = await world.store.links.get(linkId);
  const about = link === null ? null : await shownApproval(world.store, approving, record, link);
  const nameOf = (one: PrincipalId) => about?.people.get(one)?.name ?? UNKNOWN_PERSON;
  const { LABELS } = texts;
  const deadline = Math.min(request.expires_at, approval.steps[approval.at]?.deadline ?? NEVER);
  const line = (label: string, text: string | null) => (text === null ? [] : [[label, text] as const]);
  const hasVoted = approval.votes.some((vote) => vote.by === by && vote.step === approval.at);
  const { ticket = null } = link ?? {};
  return {
    title: about?.kind.title ?? native?.name ?? request.kind,
    notice: about?.simulated === true ? SIMULATED : null,
    since: (about?.since ?? []).map((one) => ({ ...one, field: texts.evidenceText(one.field) })),
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
    changes: Object.values(request.work).flatMap(({ changes }) => changes),
    votes: approval.votes.map(({ by: voter, seat, decision, at }) => {
      const instead = seat === voter ? null : nameOf(seat);
      return [texts.untilText(new Date(at)), voteWords(nameOf(voter), decision, instead)] as const;
    }),
    talk: (about?.questions ?? []).flatMap(({ by: asker, question, answer }) => [
      [nameOf(asker), question] as const,
      [texts.ANSWER, answer ?? NOT_ANSWERED] as const,
    ]),
    evidence: [
      ...Object.entries(request.evidence.fields).map(
        ([name, value]) => [texts.evidenceText(name), value] as const,
      ),
      ...request.evidence.files.map(({ name, sha256 }) => [name, `sha256 ${sha256}`] as const),
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
