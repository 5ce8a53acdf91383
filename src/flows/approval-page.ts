import type { ApprovalId, Decision } from '../model/approval.ts';
import type { SlackTeam, SlackUser } from '../model/ids.ts';
import type { Io } from '../model/io.ts';
import type { SlackSignIn } from '../slack/out/sign-in.ts';
import * as texts from '../texts/approval-page.ts';
import { decideApproval } from './decide-approval.ts';
import { issueTokens } from './issue-tokens.ts';
import { approvalFor } from './look-at-approval.ts';
import { decidedWhere } from './shown-approval.ts';
import { type OnPage, shownOnPage } from './shown-on-page.ts';
import type { World } from './world.ts';
import { writeRefusal } from './write-refusal.ts';

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

/** An approval on a page of its own, for whoever is signed in with Slack. */
export function createApprovalPages({ worldOf, signIn, publicUrl, io, now }: PagesDeps) {
  const redirectUri = signInRedirectUrl(publicUrl);

  /** Whoever is asked of it now, or has decided, may see it; nobody else learns that it is there. */
  async function find(
    id: ApprovalId,
    { team, user }: PagePerson,
  ): Promise<OnPage | ReturnType<typeof refused>> {
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
      return { kind: 'shown' as const, shown: await shownOnPage(found) };
    },

    /** What a press can decide, once; a risk from `approvals.step_up` on wants a fresh sign-in first. */
    async open(id: ApprovalId, who: PagePerson) {
      const found = await find(id, who);
      if ('kind' in found) return found;
      const old = await staleSignIn(found, who, now().getTime());
      if (old !== null) return old;
      const shown = await shownOnPage(found);
      if (shown.over !== null) return refused(409, shown.over);
      const tokens = await issueTokens(found.world, {
        approval: id,
        by: found.by,
        surface: 'web',
        shown: found.record.approval,
      });
      return tokens === null
        ? refused(409, texts.refusalText('another-version'))
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
      const old = await staleSignIn(found, who, now().getTime());
      if (old !== null) {
        const by = { system: 'slack' as const, id: who.user };
        const { world, record } = found;
        await writeRefusal(world, { record, by, surface: 'web', result: 'sign-in-first', cause: null });
        return old;
      }
      // Said before the token is used up, so that the page can be sent once more.
      if (decision === 'deny' && reason.trim() === '') return refused(409, texts.REASON_MISSING);
      const decided = await decideApproval(found.world, {
        ...{ approval: id, by: { system: 'slack', id: who.user }, surface: 'web', means: 'page' },
        ...{ decision, reason: found.world.withoutSecrets(reason), shown: { token }, cause: null },
      });
      if (decided.kind !== 'ok') return refused(503, texts.TRY_AGAIN);
      if (decided.value.kind === 'refused') return refused(409, texts.refusalText(decided.value.why));
      const done = decision === 'approve' ? texts.APPROVED : texts.DENIED;
      return { kind: 'decided' as const, text: decided.value.kind === 'relayed' ? texts.RELAYED : done };
    },
  };
}

/** A sign-in of hours ago is not enough where Slack itself is not. */
async function staleSignIn({ world, approving, record }: OnPage, { authTime }: PagePerson, now: number) {
  const link = await world.store.links.get(record.link);
  const isHere = decidedWhere(approving, record, link).kind === 'slack';
  if (isHere || now - authTime <= FRESH_MS) return null;
  return refused(403, texts.SIGN_IN_AGAIN, true);
}
