import { ok, rejected } from '../../../src/model/outcome.ts';
import { adding, type Mistake, writing } from './mistake.ts';

/** Mistakes about fields and people. */
export const fieldMistakes: readonly Mistake[] = [
  {
    mistake: 'writes no field and says nothing',
    noticedBy: 'or is left with a reason',
    bug: (right) => writing(right, { send: async () => ok({ left: [] }) }),
  },
  {
    mistake: 'cannot take a ticket from anybody, and does not say so',
    noticedBy: 'can be assigned to nobody',
    bug: (right) =>
      writing(right, {
        async send(change, attempt) {
          if (change.set.assignee === null) return ok({ left: [] });
          return right.write.send(change, attempt);
        },
      }),
  },
  {
    mistake: 'refuses all fields for the sake of one',
    noticedBy: 'what cannot be set is left',
    bug: (right) =>
      writing(right, {
        async send(change, attempt) {
          if (change.set.group !== undefined) return rejected('invalid', 'There is no such group');
          return right.write.send(change, attempt);
        },
      }),
  },
  {
    mistake: 'forces what it wants over what agents changed',
    noticedBy: 'meanwhile is left',
    bug: (right) =>
      writing(right, {
        send: (change, attempt) => right.write.send({ ...change, before: null }, attempt),
      }),
  },
  {
    mistake: 'leaves what is as wanted because somebody else wrote it',
    noticedBy: 'says already what is wanted',
    bug: (right) =>
      writing(right, {
        async send(change, attempt) {
          const now = await right.read(change.ticket);
          if (now.kind !== 'ok') return now;
          if (change.before === null || now.value.summary === change.before.summary)
            return right.write.send(change, attempt);
          return ok({ left: [{ field: 'summary', reason: 'The summary was changed meanwhile' }] });
        },
      }),
  },
  {
    mistake: 'takes every change of fields for done',
    noticedBy: 'fields whose answer is lost',
    bug: (right) => writing(right, { find: async () => ok({ left: [] }) }),
  },
  {
    mistake: 'takes every status for done',
    noticedBy: 'a status whose answer is lost',
    bug: (right) => writing(right, { find: async () => ok({ left: [] }) }),
  },
  {
    mistake: 'drops a group that it does not know without a word',
    noticedBy: 'hostile words in fields',
    bug: (right) =>
      writing(right, {
        send({ set: { group: _, ...set }, ...change }, attempt) {
          return right.write.send({ ...change, set }, attempt);
        },
      }),
  },
  {
    mistake: 'takes anybody for the person that is looked for',
    noticedBy: 'a person is found by exactly his address',
    bug: (right) => ({ ...right, people: async () => ok([{ account: 'ada', name: 'Ada King' }]) }),
  },
  {
    mistake: 'writes everything in its own name',
    noticedBy: 'writes in his own name',
    bug: (right) =>
      adding(right, {
        send: (draft, attempt) =>
          right.comments.add.send(
            { ...draft, author: draft.author === null ? null : { ...draft.author, grant: null } },
            attempt,
          ),
      }),
  },
  {
    mistake: 'writes in its own name when a sign-in is refused',
    noticedBy: 'a sign-in that is refused',
    bug: (right) =>
      adding(right, {
        async send(draft, attempt) {
          const outcome = await right.comments.add.send(draft, attempt);
          if (outcome.kind !== 'rejected' || draft.author === null) return outcome;
          return right.comments.add.send({ ...draft, author: { ...draft.author, grant: null } }, attempt);
        },
      }),
  },
];
