/** Decisions that must not count: made up, bent, used before, of others, too late, of another install. */
import { randomBytes } from 'node:crypto';
import { createApprovalTokens } from '../../src/approvals/token.ts';
import { type Ballot, decideApproval } from '../../src/flows/decide-approval.ts';
import type { Issued } from '../../src/flows/issue-tokens.ts';
import { ApprovalId, DECISIONS, PayloadHash } from '../../src/model/approval.ts';
import type { Lot } from '../support/lot.ts';
import type { Crowd, Person } from './crowd.ts';
import { issueNow } from './issue-now.ts';

export const FORGERIES = [
  'made up',
  'bent by a bit',
  'signed with another key',
  'the other decision',
  'of another step',
  'of somebody else',
  'by the requester',
  'by a stranger',
  'on another surface',
  'for another approval',
  'of another install',
  'in words',
  'without a token',
  'used before',
  'too late',
] as const;
export type Forgery = (typeof FORGERIES)[number];

/** What is needed for one of each. `pass`: lets the database's time go on. */
export interface Scene {
  readonly own: Crowd;
  readonly other: Crowd;
  readonly lot: Lot;
  pass(ms: number): Promise<void>;
}

const HOUR_MS = 3_600_000;

interface Target {
  readonly id: ApprovalId;
  readonly tokens: Issued;
  readonly by: Person;
}

/** An open request of this crowd, with tokens for one of its approvers. */
export async function target(crowd: Crowd, lot: Lot): Promise<Target> {
  const { id } = await crowd.open();
  const by = lot.pick(crowd.approvers);
  const tokens = await issueNow(crowd.world, { approval: id, by: by.principal, surface: 'card' });
  if (tokens === null) throw new Error('There is nothing to decide');
  return { id, tokens, by };
}

/** Does it; true when it counted, which it must not, unless `nothing` is forged. */
export async function forge(scene: Scene, at: Target, sort: Forgery | 'nothing'): Promise<boolean> {
  const { own, lot } = scene;
  const decision = lot.pick(DECISIONS);
  const honest: Ballot = {
    ...{ approval: at.id, by: { system: 'slack', id: at.by.user }, surface: 'card', means: 'button' },
    ...{ decision, reason: 'No.', shown: { token: at.tokens[decision] }, cause: null },
  };
  const ballot = sort === 'nothing' ? honest : await forged(scene, at, sort, honest);
  const answer = await decideApproval(own.world, ballot);
  return answer.kind === 'ok' && answer.value.kind === 'counted';
}

async function forged(scene: Scene, at: Target, sort: Forgery, honest: Ballot): Promise<Ballot> {
  const { own, other, lot } = scene;
  const { decision } = honest;
  const token = at.tokens[decision];
  const withToken = (one: string): Ballot => ({ ...honest, shown: { token: one } });
  const mine = lot.pick(own.approvers.filter(({ user }) => user !== at.by.user));
  switch (sort) {
    case 'made up':
      return withToken(
        `v1.${randomBytes(8).toString('hex')}.${randomBytes(90).toString('base64url')}.${randomBytes(32).toString('base64url')}`,
      );
    case 'bent by a bit': {
      const place = Math.floor(lot.draw() * token.length);
      const bent = String.fromCharCode(token.charCodeAt(place) ^ (1 << Math.floor(lot.draw() * 6)));
      return withToken(token.slice(0, place) + bent + token.slice(place + 1));
    }
    case 'signed with another key': {
      const read = own.approving.tokens.read(token);
      if (read === null) throw new Error('Our own token is not read');
      const { jti: _, ...claims } = read.claims;
      return withToken(createApprovalTokens([randomBytes(32)], own.world.store.install).sign(claims).token);
    }
    case 'of another step': {
      const read = own.approving.tokens.read(token);
      if (read === null) throw new Error('Our own token is not read');
      const { jti: _, ...claims } = read.claims;
      const { token: moved, jtiHash } = own.approving.tokens.sign({ ...claims, step: claims.step + 1 });
      const { wf, rnd: round, step, ph: hash, apr: principal, dec, aud: surface, exp: until } = claims;
      const row = { approval: wf, round, step: step + 1, principal, decision: dec, hash, surface, until };
      await own.world.store.transaction((tx) => tx.approvals.tokens.add(jtiHash, row));
      return withToken(moved);
    }
    case 'the other decision':
      return { ...honest, decision: decision === 'approve' ? 'deny' : 'approve' };
    case 'of somebody else':
      return { ...honest, by: { system: 'slack', id: mine.user } };
    case 'by the requester': {
      const by = own.requester;
      const issued = await issueNow(own.world, { approval: at.id, by: by.principal, surface: 'card' });
      return { ...honest, by: { system: 'slack', id: by.user }, shown: { token: issued?.[decision] ?? '' } };
    }
    case 'by a stranger':
      return { ...honest, by: { system: 'slack', id: lot.pick(other.approvers).user } };
    case 'on another surface':
      return { ...honest, surface: lot.pick(['home', 'web', 'jsm', 'servicenow'] as const) };
    case 'for another approval': {
      const { id } = await own.open();
      return {
        ...honest,
        approval: lot.pick([id, ApprovalId.parse('3b241101-e2bb-4255-8caf-4136c566a962')]),
      };
    }
    case 'of another install': {
      const there = await target(other, lot);
      return lot.draw() < 0.5
        ? withToken(there.tokens[decision])
        : { ...withToken(there.tokens[decision]), approval: there.id };
    }
    case 'in words':
      return {
        ...honest,
        means: lot.pick(['words', 'reaction', 'copied-card', 'status', 'page', 'record'] as const),
      };
    case 'without a token': {
      const hash = PayloadHash.parse((await own.world.store.approvals.get(at.id))?.approval.hash);
      return { ...honest, shown: { round: 1, hash } };
    }
    case 'used before': {
      const used = { ...honest, means: 'words' as const };
      await decideApproval(own.world, used);
      return honest;
    }
    case 'too late':
      await scene.pass(2 * HOUR_MS);
      return honest;
  }
}
