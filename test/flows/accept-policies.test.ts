/** Which policies an installation takes, on a real Postgres: one person alone changes neither them nor those who keep them. */
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import pg from 'pg';
import { z } from 'zod';
import { judgePolicies, type PolicyState, type SignedPolicies } from '../../src/approvals/keepers.ts';
import { acceptPolicies } from '../../src/flows/accept-policies.ts';
import { createNotes } from '../../src/model/finding.ts';
import { DATABASE_CHECKS } from '../../src/store/diagnose/checks.ts';
import { lookAtPolicies } from '../../src/store/diagnose/policies.ts';
import { keeper, signedBy, stateOf } from '../approvals/keeper-fixture.ts';
import { dropCopies, type OpenStore, openStore, rows } from '../store/open-store.ts';

after(dropCopies);

const [anna, ben, eve, fay] = [keeper('anna'), keeper('ben'), keeper('eve'), keeper('fay')];
const first = stateOf('first', [anna, ben]);

const take = async ({ store }: OpenStore, state: PolicyState, ...signed: readonly SignedPolicies[]) => {
  const found = await store.transaction((tx) => acceptPolicies(tx, { state, signed }, 'deskbridge'));
  return found.kind === 'taken' ? 'taken' : found.why;
};
const Events = z.array(
  z.object({
    data: z.object({
      ...{ number: z.int(), hash: z.string(), by: z.string(), keepers: z.string() },
      ...{ authority: z.string(), signatures: z.string() },
    }),
  }),
);
const events = async ({ db }: OpenStore) =>
  Events.parse(
    await rows(db, "select data from audit_event where kind = 'policies.accepted' order by at, id"),
  ).map(({ data }) => data);

suite('policies are taken', () => {
  test('with two signatures, once, and what is taken stands in the audit with the proof of it', async (t) => {
    const desk = await openStore(t);
    assert.match(await take(desk, first), /signed by nobody; 2 more of anna, ben must sign/);
    assert.match(
      await take(desk, first, signedBy(first, 1, anna)),
      /signed by anna; 1 more of ben must sign/,
    );
    assert.equal(await desk.store.policyKeepers.accepted(), null);
    assert.deepEqual(await events(desk), []);
    const signed = signedBy(first, 1, anna, ben);
    assert.equal(await take(desk, first, signed), 'taken');
    assert.equal(await take(desk, first, signed), 'taken');
    assert.equal(await take(desk, first), 'taken', 'what is in force needs its signatures no more');
    const keepers = [anna.listed, ben.listed];
    assert.deepEqual(await desk.store.policyKeepers.accepted(), {
      ...{ number: 1, hash: first.hash, keepers, signers: ['anna', 'ben'] },
    });
    const told = await events(desk);
    assert.equal(told.length, 1);
    const { authority, signatures, keepers: listed, by, hash, number } = told[0] ?? assert.fail();
    assert.deepEqual([hash, number, JSON.parse(by)], [first.hash, 1, ['anna', 'ben']]);
    assert.deepEqual([JSON.parse(listed), JSON.parse(authority)], [keepers, keepers]);
    assert.deepEqual(JSON.parse(signatures), signed.signatures);
  });

  test('from those who were accepted: not from new keepers, and not from the past', async (t) => {
    const desk = await openStore(t);
    const file = [signedBy(first, 1, anna, ben)];
    assert.equal(await take(desk, first, ...file), 'taken');
    const coup = stateOf('all to eve', [eve, fay]);
    const alone = signedBy(coup, 2, eve, fay);
    assert.match(
      await take(desk, coup, ...file, alone),
      /What eve and fay signed does not count.*accepted last/,
    );
    // Without the file that knows of the old keepers it is no better.
    assert.match(await take(desk, coup, signedBy(coup, 1, eve, fay)), /number 1, and number 1 is in force/);
    const bare = stateOf('no keepers at all', []);
    assert.match(await take(desk, bare), /2 more of anna, ben/);
    assert.equal((await desk.store.policyKeepers.accepted())?.number, 1);
    const handed = signedBy(coup, 2, ben, anna);
    assert.equal(await take(desk, coup, ...file, handed), 'taken');
    assert.match(await take(desk, first, ...file), /number 1, and number 2 is in force since/);
    const back = signedBy(first, 3, anna, ben);
    assert.match(await take(desk, first, ...file, back), /signed by nobody; 2 more of eve, fay/);
    assert.equal(await take(desk, first, ...file, signedBy(first, 3, eve, fay)), 'taken');
    assert.deepEqual(
      (await events(desk)).map(({ number }) => number),
      [1, 2, 3],
    );
  });

  test('no keepers, no rows', async (t) => {
    const desk = await openStore(t);
    assert.equal(await take(desk, stateOf('alone', [])), 'taken');
    assert.deepEqual([await desk.store.policyKeepers.accepted(), await events(desk)], [null, []]);
  });

  test('many processes that start at once accept them once', async (t) => {
    const desk = await openStore(t);
    const signed = signedBy(first, 1, anna, ben);
    const all = await Promise.all(Array.from({ length: 8 }, () => take(desk, first, signed)));
    assert.deepEqual([...new Set(all)], ['taken']);
    assert.equal((await events(desk)).length, 1);
  });
});

test('the doctor sees what is not signed, and a row that somebody changed by hand', async (t) => {
  const desk = await openStore(t);
  const client = new pg.Client({ connectionString: desk.url });
  await client.connect();
  t.after(() => client.end());
  async function look(state: PolicyState, ...signed: readonly SignedPolicies[]): Promise<string> {
    const notes = createNotes(DATABASE_CHECKS, { security: false });
    await lookAtPolicies(notes, client, {
      id: desk.install,
      policies(accepted) {
        const { kind } = judgePolicies(state, signed, accepted);
        return { kind: kind === 'in-force' ? 'signed' : kind, text: kind };
      },
    });
    const found = notes.findings('').find(({ check }) => check === 'database.policies');
    return found === undefined ? 'nothing' : 'code' in found ? found.code : found.state;
  }
  assert.equal(await look(stateOf('alone', [])), 'not-checked');
  assert.equal(await look(first), 'database.policies.unsigned');
  assert.equal(await take(desk, first, signedBy(first, 1, anna, ben)), 'taken');
  assert.equal(await look(first), 'passed');
  assert.equal(await look(stateOf('other', [anna, ben])), 'database.policies.unsigned');
  const eves = JSON.stringify([eve.listed, fay.listed]);
  for (const [change, value] of [
    ['update policy_keepers set keepers = $1::jsonb', eves],
    ['update policy_keepers set hash = $1', 'a'.repeat(64)],
    ['update policy_keepers set number = number + length($1)', 'one'],
    ['delete from policy_keepers where hash <> $1', ''],
  ] as const) {
    await client.query('begin');
    await client.query(change, [value]);
    assert.equal(await look(first), 'database.policies.not-audited', change);
    await client.query('rollback');
  }
  assert.equal(await look(first), 'passed');
});
