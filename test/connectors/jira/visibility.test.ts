/** Every comment that we write says who may read it, in the very request that writes it, whatever Jira's default is. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { TicketId } from '../../../src/model/ids.ts';
import '../../support/seeded.ts';
import { z } from 'zod';
import { ALMA, almaHerself, type Desk, IN_SEC, ON_DESK, openDesk, plainAuthor, said, value } from './desk.ts';

const Written = z.object({
  body: z.object({ type: z.literal('doc') }),
  properties: z.array(z.object({ key: z.string(), value: z.unknown() })),
});
const WRITES = 'POST /rest/api/3/issue/{issueIdOrKey}/comment';

let desk: Desk;
before(async () => {
  desk = await openDesk();
  desk.sandbox.signIn(ALMA);
});
after(() => desk.close());

const someWords = fc.record({
  text: fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== ''),
  visibility: fc.constantFrom('internal', 'public'),
  target: fc.constantFrom(ON_DESK, IN_SEC),
  own: fc.boolean(),
});

test('what is internal says so in the request that writes it, and nothing else does', async () => {
  const tickets = new Map<object, TicketId>([
    [ON_DESK, await desk.create(ON_DESK)],
    [IN_SEC, await desk.create(IN_SEC)],
  ]);
  let internal = 0;
  await fc.assert(
    fc.asyncProperty(someWords, async ({ text, visibility, target, own }) => {
      // A ticket takes so many writes in a short time.
      desk.clock.advance(60_000);
      const ticket = tickets.get(target) ?? assert.fail();
      const before = desk.paths(WRITES).length;
      const draft = said(ticket, text, { visibility, author: own ? almaHerself : plainAuthor });
      const sent = await desk.run(() => desk.connector.comments.add.send(draft, desk.attempt()));
      if (sent.kind === 'rejected') {
        assert.equal(sent.code, 'invalid', 'nothing to see in it');
        return;
      }
      const { id } = value(sent);
      const calls = desk.paths(WRITES).slice(before);
      assert.equal(calls.length, 1);
      const { properties } = Written.parse(calls[0]?.body);
      const marks = properties.filter(({ key }) => key === 'sd.public.comment').map(({ value: is }) => is);
      assert.deepEqual(marks, visibility === 'internal' ? [{ internal: true }] : []);
      const shown = desk.seen(ticket).comments.find((comment) => comment.id === id);
      assert.equal(shown?.internal, visibility === 'internal', 'as people of the desk see it');
      internal += visibility === 'internal' ? 1 : 0;
    }),
    { numRuns: 40 },
  );
  assert.ok(internal >= 10, `${internal} internal ones`);
});
