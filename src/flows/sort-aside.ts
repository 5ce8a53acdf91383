import { RISK_CLASSES } from '../model/approval.ts';
import type { Errand } from '../model/errand.ts';
import type { Intake } from '../model/intake.ts';
import type { PendingFilter } from '../model/pending.ts';
import type { StoreTx } from '../store/store.ts';
import { stepUnreadable } from '../texts/steps.ts';
import { forgetIn } from './forget-sign-ins.ts';
import type { Sorted } from './sort-open.ts';
import type { World } from './world.ts';

type Aside = Extract<
  Intake,
  {
    readonly kind:
      | 'step-unreadable'
      | 'ask-desk'
      | 'links-shared'
      | 'home-opened'
      | 'choose-notices'
      | 'filter-approvals'
      | 'account';
  }
>;

/** What belongs to no link: what somebody asks or chooses for himself alone. */
export async function sortAside(world: World, tx: StoreTx, intake: Aside): Promise<Sorted> {
  switch (intake.kind) {
    case 'step-unreadable': {
      const { execution } = intake;
      const errand: Errand = { kind: 'end-step', execution, link: null, why: stepUnreadable, until: 0 };
      return { state: 'done', reason: 'step-unreadable', link: null, errand };
    }
    case 'ask-desk': {
      const { by, channel, question, respond } = intake;
      const errand: Errand = { kind: 'answer', by, channel, question, respond };
      return { state: 'done', reason: 'to-be-answered', link: null, errand };
    }
    case 'links-shared': {
      if (!world.rules.unfurlsLinks) return { state: 'ignored', reason: 'links-are-links', link: null };
      const { channel, ts, by, urls } = intake;
      const errand: Errand = { kind: 'unfurl', channel, ts, by, urls: [...urls] };
      return { state: 'done', reason: 'to-be-unfurled', link: null, errand };
    }
    case 'home-opened':
      return { state: 'done', reason: 'home', link: null, home: intake.by };
    case 'choose-notices':
      await tx.notices.choose(intake.by, intake.choice);
      return { state: 'done', reason: 'notices-chosen', link: null, home: intake.by };
    case 'filter-approvals':
      await tx.homes.narrow(intake.by, narrowed(await tx.homes.filterOf(intake.by), intake));
      return { state: 'done', reason: 'approvals-filtered', link: null, home: intake.by };
    case 'account':
      return sortAccount(tx, intake);
  }
}

function narrowed(
  filter: PendingFilter,
  { what, value }: Extract<Intake, { kind: 'filter-approvals' }>,
): PendingFilter {
  switch (what) {
    case 'domain':
      return { ...filter, domain: value };
    case 'system':
      return { ...filter, system: value };
    case 'risk':
      return { ...filter, risk: RISK_CLASSES.find((one) => one === value) ?? null };
    case 'blocks':
      return { ...filter, blocksPerson: value !== null };
  }
}

/** A sign-in is forgotten at once; who he is there stays, for that is not only his to say. */
async function sortAccount(
  tx: StoreTx,
  { by, connector, connect }: Extract<Intake, { kind: 'account' }>,
): Promise<Sorted> {
  if (connect) {
    const errand: Errand = { kind: 'invite', by, connector };
    return { state: 'done', reason: 'to-be-invited', link: null, errand };
  }
  const forgotten = await forgetIn(tx, { connector, person: by });
  const data = { connector, person: by, tokens: forgotten.tokens.length, grants: forgotten.grants };
  await tx.audit.record({ kind: 'sign-in.revoked', actor: `slack:${by}`, link: null, data });
  return { state: 'done', reason: 'disconnected', link: null, home: by };
}
