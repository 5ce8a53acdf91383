import { plainDoc } from '../../../src/model/doc.ts';
import { docText } from '../../../src/model/doc-text.ts';
import { ok, retryLater, unknownEffect } from '../../../src/model/outcome.ts';
import { adding, type Mistake, reading, sending, wording } from './mistake.ts';

/** Mistakes about creating, commenting, hooks, polls and failures. */
export const basicMistakes: readonly Mistake[] = [
  {
    mistake: 'repeats a create whose answer was lost',
    noticedBy: 'create whose answer is lost',
    bug: (right) =>
      sending(right, async (draft, attempt) => {
        const first = await right.create.send(draft, attempt);
        if (first.kind === 'retry' && first.effect === 'unknown') await right.create.send(draft, attempt);
        return first;
      }),
  },
  {
    mistake: 'says that a lost answer had surely no effect',
    noticedBy: 'comment whose answer is lost',
    bug: (right) =>
      adding(right, {
        async send(draft, attempt) {
          const outcome = await right.comments.add.send(draft, attempt);
          return outcome.kind === 'retry' ? { ...outcome, effect: 'none' } : outcome;
        },
      }),
  },
  {
    mistake: 'takes a refused connection for an unknown effect',
    noticedBy: 'connection that is refused',
    bug: (right) =>
      sending(right, async (draft, attempt) => {
        const outcome = await right.create.send(draft, attempt);
        return outcome.kind === 'retry' ? unknownEffect(outcome.reason) : outcome;
      }),
  },
  {
    mistake: 'forgets the delay that the server asked for',
    noticedBy: '429',
    bug: (right) => ({
      ...right,
      async read(ticket) {
        const outcome = await right.read(ticket);
        return outcome.kind === 'retry' ? retryLater(outcome.reason, 'destination') : outcome;
      },
    }),
  },
  {
    mistake: 'reads internal comments as public',
    noticedBy: 'internal comments are never read as public',
    bug: (right) => ({
      ...right,
      comments: {
        ...right.comments,
        async read(ticket, comment) {
          const outcome = await right.comments.read(ticket, comment);
          return outcome.kind === 'ok' ? ok({ ...outcome.value, visibility: 'public' as const }) : outcome;
        },
      },
    }),
  },
  {
    mistake: 'writes internal notes as public comments',
    noticedBy: 'internal comments are never read as public',
    bug: (right) =>
      adding(right, {
        send: (draft, attempt) => right.comments.add.send({ ...draft, visibility: 'public' }, attempt),
      }),
  },
  {
    mistake: 'loses comments of the same second',
    noticedBy: 'none of the same second lost',
    bug: (right) =>
      reading(right, (ticket) => {
        const second = (at: Date) => Math.floor(at.getTime() / 1000);
        const comments = ticket.comments.filter(
          ({ createdAt }, index, all) =>
            second(createdAt) !== second(all[index - 1]?.createdAt ?? new Date(0)),
        );
        return { ...ticket, comments };
      }),
  },
  {
    mistake: 'takes anybody’s same words for proof',
    noticedBy: 'no proof',
    bug: (right) =>
      adding(right, {
        async find(draft) {
          const read = await right.read(draft.ticket);
          if (read.kind !== 'ok') return read;
          const found = read.value.comments.find(({ body }) => docText(body).includes(docText(draft.body)));
          return ok(found === undefined ? null : { id: found.id });
        },
      }),
  },
  {
    mistake: 'accepts every hook',
    noticedBy: 'another secret is refused',
    bug: (right) => ({
      ...right,
      readHook: () => ({ kind: 'accepted', key: 'k', ticket: null, event: 'anything' }),
    }),
  },
  {
    mistake: 'gives every delivery a key of its own',
    noticedBy: 'retried hook keeps its key',
    bug: (right) => {
      let count = 0;
      return {
        ...right,
        readHook(hook) {
          const reading = right.readHook(hook);
          count += 1;
          return reading.kind === 'accepted' ? { ...reading, key: `${count}` } : reading;
        },
      };
    },
  },
  {
    mistake: 'polls with a cursor that never moves',
    noticedBy: 'cursor moves on',
    bug: (right) => ({
      ...right,
      async changesSince(cursor) {
        const outcome = await right.changesSince(cursor);
        if (outcome.kind !== 'ok' || cursor === null) return outcome;
        return ok({ ...outcome.value, cursor, more: false });
      },
    }),
  },
  {
    mistake: 'answers that the lease ended instead of throwing it on',
    noticedBy: 'end of the lease',
    bug: (right) => ({
      ...right,
      check: () => right.check().catch(() => retryLater('The call was not possible just now', 'operation')),
    }),
  },
  {
    mistake: 'names a secret in a reason',
    noticedBy: '429',
    bug: (right) => ({
      ...right,
      async check() {
        const outcome = await right.check();
        const reason = 'The desk refused the key the-secret-of-the-memory-desk';
        return outcome.kind === 'ok' ? outcome : { ...outcome, reason };
      },
    }),
  },
  {
    mistake: 'cuts long texts without a word',
    noticedBy: 'cut visibly',
    bug: (right) => wording(right, ({ body }) => plainDoc(docText(body).slice(0, 1000))),
  },
  {
    mistake: 'throws for a ticket that does not exist',
    noticedBy: 'a ticket that does not exist is not found',
    bug: (right) => ({
      ...right,
      async read(ticket) {
        const outcome = await right.read(ticket);
        if (outcome.kind === 'rejected') throw new Error(outcome.reason);
        return outcome;
      },
    }),
  },
];
