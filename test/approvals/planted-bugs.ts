import { grantFor } from '../../src/approvals/open.ts';
import { standing } from '../../src/approvals/standing.ts';
import { createStep, PARTS, type Parts, type Step } from '../../src/approvals/step.ts';
import { BOT, POLICIES, person } from './world.ts';

const withPart = (parts: Partial<Parts>): Step => createStep(POLICIES, { ...PARTS, ...parts });
const sound = withPart({});
const ghost = person(8);

/** Machines with one mistake each. */
export const PLANTED: Readonly<Record<string, Step>> = {
  'who asks may decide': withPart({
    standing: (request, own, roster, now) =>
      standing({ ...request, requester: ghost, beneficiary: null }, own, roster, now),
  }),
  'the owner of the bot may decide': withPart({
    standing: (request, own, roster, now) =>
      standing(
        { ...request, proposer: { kind: 'person', principal: ghost, own_rights: false } },
        own,
        roster,
        now,
      ),
  }),
  'a bot may decide': withPart({
    standing: (request, own, roster, now) =>
      standing(request, own, { ...roster, people: new Set([...roster.people, BOT]) }, now),
  }),
  'the keepers of the audit keys may decide': withPart({
    standing: (request, own, roster, now) => standing(request, own, { ...roster, auditors: new Set() }, now),
  }),
  'who voted before may be senior, too': withPart({ standingAt: (who) => who }),
  'a delegation never ends': withPart({
    standing: (request, own, roster, now) => {
      const endless = roster.delegations.map((one) => ({ ...one, since: now, until: now + 1 }));
      return standing(request, own, { ...roster, delegations: endless }, now);
    },
  }),
  'lost authority still counts': withPart({ counting: (votes) => votes }),
  'any vote is a quorum': withPart({ fills: (_slots, seats) => seats.length > 0 }),
  'words and reactions are votes': withPart({ isVote: () => true }),
  'a change keeps the votes': withPart({
    afterEdit: (fresh, before) => ({ ...fresh, votes: before.votes }),
  }),
  'a crash is tried again': withPart({
    afterCrash: (approval) => ({
      ...approval,
      status: 'granted',
      grant: { step: approval.at, hash: approval.hash, until: Number.MAX_SAFE_INTEGER },
    }),
  }),
  'silence approves': withPart({
    atTimeout: (approval) => ({
      ...approval,
      status: 'granted',
      grant: grantFor(approval, POLICIES, Number.MAX_SAFE_INTEGER / 2),
    }),
  }),
  'the bytes are not compared': (approval, event) =>
    sound(approval, event.kind === 'execute' ? { ...event, request: approval.request } : event),
};
