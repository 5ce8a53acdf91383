import assert from 'node:assert/strict';
import type { Connector } from '../../../src/connectors/connector.ts';
import type { TicketId } from '../../../src/model/ids.ts';
import { type Rule, value } from '../trial.ts';

/** Reads all pages behind the cursor. */
async function poll(connector: Connector, from: string) {
  const tickets = new Set<TicketId>();
  let cursor = from;
  for (let pages = 1; ; pages += 1) {
    const page = value(await connector.changesSince(cursor));
    for (const ticket of page.tickets) tickets.add(ticket);
    assert.ok(
      !page.more || page.cursor !== cursor,
      'more pages are promised behind a cursor that stands still',
    );
    cursor = page.cursor;
    if (!page.more) return { tickets, cursor };
    assert.ok(pages < 100, 'the pages do not end');
  }
}

const lostHook: Rule = {
  name: 'a changed ticket is found by the poll when its hook is lost',
  async run({ connector, outside, ticket }) {
    const changed = await ticket();
    await outside.settle();
    await outside.pass(3_600_000);
    const start = value(await connector.changesSince(null));
    await outside.pass(60_000);
    outside.loseHooks(1);
    const hooks = outside.hooks().length;
    await outside.setStatus(changed.id, 'active');
    await outside.settle();
    assert.equal(outside.hooks().length, hooks, 'the hook was to be lost');
    const found = await poll(connector, start.cursor);
    assert.ok(found.tickets.has(changed.id), 'the poll did not find it');
  },
};

const movesOn: Rule = {
  name: 'the poll’s cursor moves on, and finds the same ticket again when it changes again',
  async run({ connector, outside, ticket }) {
    const { id } = await ticket();
    let { cursor } = value(await connector.changesSince(null));
    await outside.pass(60_000);
    await outside.comment(id, 'first change', { internal: false });
    await outside.settle();
    const first = await poll(connector, cursor);
    assert.ok(first.tickets.has(id));
    // Overlap may report a change again for some minutes; a later change of another ticket must push it out.
    await outside.pass(3_600_000);
    const other = await ticket();
    await outside.settle();
    cursor = (await poll(connector, first.cursor)).cursor;
    const third = await poll(connector, cursor);
    assert.ok(!third.tickets.has(id), 'a change an hour ago is still reported');
    await outside.comment(id, 'second change', { internal: false });
    await outside.settle();
    assert.ok((await poll(connector, third.cursor)).tickets.has(id), 'the second change was not found');
    assert.notEqual(other.id, id);
  },
};

const manyAtOnce: Rule = {
  name: 'many tickets that change in the same second are all found, page by page',
  async run({ connector, outside, draft, attempt, patiently }) {
    const { cursor } = value(await connector.changesSince(null));
    await outside.pass(60_000);
    const one = async () => {
      const [input, only] = [draft(), attempt()];
      return value(await patiently(() => connector.create.send(input, only))).id;
    };
    const wanted: TicketId[] = [];
    for (let batch = 0; batch < 12; batch += 1) {
      wanted.push(...(await Promise.all(Array.from({ length: 10 }, one))));
    }
    await outside.settle();
    const { tickets } = await poll(connector, cursor);
    assert.deepEqual(
      wanted.filter((id) => !tickets.has(id)),
      [],
    );
  },
};

export const changesRules: readonly Rule[] = [lostHook, movesOn, manyAtOnce];
