import { ok, rejected } from '../../../src/model/outcome.ts';
import type { Bug, Mistake } from './mistake.ts';

/** The capabilities of a connector that is right but for one of them. */
const able =
  (change: (can: Parameters<Bug>[0]['can']) => Partial<Parameters<Bug>[0]['can']>): Bug =>
  (right) => ({ ...right, can: { ...right.can, ...change(right.can) } });

/** Mistakes about what only some systems have. */
export const capabilityMistakes: readonly Mistake[] = [
  {
    mistake: 'says that an approval was answered without asking the system',
    noticedBy: 'an approver answers as himself',
    bug: able(({ approvals }) => {
      if (approvals === undefined) throw new Error('The reference has no approvals');
      return {
        approvals: {
          ...approvals,
          answer: {
            ...approvals.answer,
            async send({ ticket, approval: wanted, decision }) {
              const all = await approvals.list(ticket);
              if (all.kind !== 'ok') return all;
              const found = all.value.find(({ id }) => id === wanted);
              return found === undefined
                ? rejected('not-found', 'It is not there')
                : ok({ ...found, state: decision });
            },
          },
        },
      };
    }),
  },
  {
    mistake: 'takes the refusal of a sign-in for a conflict',
    noticedBy: 'nobody decides in the name of somebody else',
    bug: able(({ approvals }) => {
      if (approvals === undefined) throw new Error('The reference has no approvals');
      return {
        approvals: {
          ...approvals,
          answer: {
            ...approvals.answer,
            async send(answer, attempt) {
              const sent = await approvals.answer.send(answer, attempt);
              return sent.kind === 'rejected' ? rejected('conflict', sent.reason) : sent;
            },
          },
        },
      };
    }),
  },
  {
    mistake: 'adds another link for every address of a thread',
    noticedBy: 'the link back to the thread is one link',
    bug: able(({ backlink }) => {
      if (backlink === undefined) throw new Error('The reference has no links');
      return {
        backlink: {
          ...backlink,
          send: (link, attempt) => backlink.send({ ...link, thread: link.url }, attempt),
        },
      };
    }),
  },
  {
    mistake: 'has a form for every target',
    noticedBy: 'the form of a target',
    bug: able(() => ({
      catalog: { form: async () => ok({ name: 'Any', fields: [], beyond: [] }) },
    })),
  },
  {
    mistake: 'knows priorities by words that stand in their names',
    noticedBy: 'the name of a priority',
    bug: able(() => ({
      priorities: {
        meaning: async (_ticket, names) =>
          ok(new Map(names.map((name) => [name, /high/i.test(name) ? 'high' : 'medium'] as const))),
      },
    })),
  },
  {
    mistake: 'has a clock that was met and goes on',
    noticedBy: 'the clocks of a ticket',
    bug: able(() => ({
      clocks: { read: async () => ok([{ name: 'Answer', state: 'met', due: null, remainingMs: 1 }]) },
    })),
  },
];
