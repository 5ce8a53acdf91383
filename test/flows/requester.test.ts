/** Whom a ticket is for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TicketDraft } from '../../src/model/ticket.ts';
import { JIRA } from '../model/paper/rules.ts';
import { openDeskPlay } from './desk-play.ts';

test('a ticket of somebody who linked his account is made for that account', async () => {
  const made: TicketDraft['requester'][] = [];
  await openDeskPlay({
    sabotage: {
      world: (world) => ({
        ...world,
        store: {
          ...world.store,
          accounts: {
            ...world.store.accounts,
            get: async (user, connector) =>
              connector === JIRA
                ? {
                    user,
                    connector,
                    account: 'alma@example.test',
                    grant: null,
                    consented: false,
                    refused: null,
                  }
                : null,
          },
        },
        connectors: new Map(
          [...world.connectors].map(([id, one]) => {
            const send: typeof one.create.send = (draft, attempt) => {
              made.push(draft.requester);
              return one.create.send(draft, attempt);
            };
            return [id, { ...one, create: { ...one.create, send } }];
          }),
        ),
      }),
    },
  });
  assert.deepEqual(
    made.map(({ account }) => account),
    ['alma@example.test'],
  );
});
