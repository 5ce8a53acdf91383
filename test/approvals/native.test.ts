import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followNative, judgedOnce, openNative, type RecordSeen } from '../../src/approvals/native.ts';
import { policyHash } from '../../src/approvals/payload.ts';
import { ApprovalRequest } from '../../src/model/approval.ts';
import { PrincipalId } from '../../src/model/ids.ts';
import { NativeRecord } from '../../src/model/native-approval.ts';

const person = (n: number) =>
  PrincipalId.parse(`01890a5d-ac96-774b-bcce-b30209900${String(n).padStart(3, '0')}`);
const [ALMA, BEN, DANA] = [person(1), person(2), person(3)];

const request = (summary = 'A lamp'): ApprovalRequest =>
  ApprovalRequest.parse({
    ...{ v: 1, kind: 'ticket.approval', target: { system: 'desk', ticket: '1' }, work: {} },
    evidence: { fields: { approval: 'Manager', 'ticket.summary': summary }, files: [] },
    ...{ requester: ALMA, beneficiary: null, author: null },
    proposer: { kind: 'person', principal: ALMA, own_rights: false },
    ...{ trigger: 'record 1', rationale: '', confidence: null, environment: 'none' },
    ...{ production_data: false, external_vendor: false },
    classification: {
      stakes: { external: null, money: null, access: null, regulated: null, production: null },
      ...{ likelihood: null, severity: null, reversible: null },
    },
    ...{ risk: 'medium', policy: { name: 'ticket-system', hash: policyHash({}) } },
    ...{ correlation: 'x', expires_at: 1 },
  });

const seen = (more: Partial<RecordSeen> = {}): RecordSeen => ({
  ...{ request: request(), state: 'pending', spoken: [], now: 5 },
  ...more,
});
const said = (by: PrincipalId, decision: 'approve' | 'deny' = 'approve') => ({
  ...{ by, seat: by, decision, surface: 'jsm' as const },
});

test('a record that says nothing new changes nothing, and one that is over never changes', () => {
  const approval = openNative(request());
  assert.deepEqual(followNative(approval, seen()), []);
  for (const status of ['approved', 'denied', 'void'] as const)
    assert.deepEqual(
      followNative({ ...approval, status }, seen({ state: 'approved', spoken: [said(BEN)] })),
      [],
    );
});

test('votes alone decide nothing: the record counts them', () => {
  const [voted, ...others] = followNative(openNative(request()), seen({ spoken: [said(BEN)] }));
  assert.equal(others.length, 0);
  assert.equal(voted?.kind, 'voted');
  assert.equal(voted?.approval.status, 'open');
  assert.deepEqual(followNative(voted?.approval ?? assert.fail(), seen({ spoken: [said(BEN)] })), []);
});

test('the end follows the record, whatever was voted', () => {
  for (const [state, status] of [
    ['approved', 'approved'],
    ['declined', 'denied'],
    ['void', 'void'],
  ] as const) {
    const steps = followNative(
      openNative(request()),
      seen({ state, spoken: [said(BEN, 'deny'), said(DANA)] }),
    );
    assert.deepEqual(
      steps.map(({ kind }) => kind),
      ['voted', 'voted', 'closed'],
    );
    assert.equal(steps.at(-1)?.approval.status, status);
    assert.equal(steps.at(-1)?.approval.votes.length, 2);
  }
});

test('what reads otherwise is another version, and who has spoken has spoken of it', () => {
  const [first] = followNative(openNative(request()), seen({ spoken: [said(BEN)] }));
  const before = first?.approval ?? assert.fail();
  const steps = followNative(before, seen({ request: request('Two lamps'), spoken: [said(BEN)] }));
  assert.deepEqual(
    steps.map(({ kind }) => kind),
    ['changed', 'voted'],
  );
  const after = steps.at(-1)?.approval ?? assert.fail();
  assert.equal(after.round, before.round + 1);
  assert.notEqual(after.hash, before.hash);
  assert.equal(after.votes[0]?.hash, after.hash);
});

test('nobody speaks twice, and no seat is taken twice', () => {
  const spoken = [said(BEN), said(BEN, 'deny'), { ...said(DANA), seat: BEN }];
  assert.equal(followNative(openNative(request()), seen({ spoken })).length, 1);
});

test('whose word a decision is stays as it was read first', () => {
  const record = (decision: string, decidedBy: string | null) =>
    NativeRecord.parse({
      ...{ connector: 'desk', id: '1', name: 'Manager', state: 'pending', url: '', onlyThere: null },
      approvers: [{ account: 'ben', name: 'Ben', delegates: [], decision, decidedBy }],
    });
  for (const [before, now, expected] of [
    [record('pending', null), record('approved', 'other'), 'other'],
    // Somebody writes into the record what is no decision.
    [record('approved', 'other'), record('approved', 'person'), 'other'],
    [record('approved', 'person'), record('approved', 'other'), 'person'],
    // It could not be told at first, or it is another decision.
    [record('approved', null), record('approved', 'person'), 'person'],
    [record('approved', 'other'), record('declined', 'person'), 'person'],
  ] as const)
    assert.equal(judgedOnce(before, now).approvers[0]?.decidedBy, expected);
});
