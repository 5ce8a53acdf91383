/** The questions of a ticket system as Slack can ask them, and what is left out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Form, FormField } from '../../src/connectors/capabilities.ts';
import { askedForm, type FormSource } from '../../src/flows/asked-form.ts';
import type { DeskForm } from '../../src/model/form.ts';
import { refuseView } from '../../src/sandbox/slack/view-check.ts';
import { changedSince } from '../../src/slack/in/changed-form.ts';
import { formView } from '../../src/slack/in/form-view.ts';

const OWN: DeskForm = {
  name: 'laptop',
  title: 'A laptop',
  summary: null,
  fields: [{ id: 'why', label: 'Why?', kind: 'line', required: true, hint: '', options: [] }],
};
const SOURCE: FormSource = { queue: 'access', order: [], hidden: new Set(), preset: {} };
const field = (id: string, more: Partial<FormField> = {}): FormField => ({
  ...{ id, label: id.toUpperCase(), kind: 'line', required: false, hint: '', options: [] },
  ...more,
});
const choices = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ value: `v${n}`, label: `Choice ${n}` }));
const read = (fields: readonly FormField[], beyond: Form['beyond'] = []): Form => ({
  name: 'Laptop',
  fields,
  beyond,
});
const asked = (form: Form, source: Partial<FormSource> = {}) =>
  askedForm(OWN, { ...SOURCE, ...source }, form);
const ids = ({ form }: ReturnType<typeof askedForm>) => form.fields.map(({ id }) => id);

test('own questions come first, then those of the ticket system in the order that the owner wants', () => {
  const form = read([field('a'), field('b'), field('c'), field('d')]);
  const found = asked(form, { order: ['c', 'b'], hidden: new Set(['d']) });
  assert.deepEqual(ids(found), ['why', '@c', '@b', '@a']);
  assert.deepEqual([found.leftOut, found.wrong], [[], []]);
});

test('a question that has an answer is not asked; what the ticket system does not have is named', () => {
  const form = read([field('a', { required: true }), field('size', { kind: 'choice', options: choices(2) })]);
  const found = asked(form, { preset: { a: 'x', size: 'v7' }, order: ['gone'] });
  assert.deepEqual(ids(found), ['why']);
  assert.deepEqual(found.wrong, ['it has no question "gone"', '"v7" is no choice of "SIZE"']);
  assert.deepEqual(asked(form, { preset: { a: 'x', size: 'Choice 1' } }).wrong, [], 'by its words as well');
});

for (const [why, form, source] of [
  [
    'it is filled in elsewhere',
    read([field('a')], [{ label: 'B', required: true, reason: 'a cascade' }]),
    {},
  ],
  ['it is hidden', read([field('a', { required: true })]), { hidden: new Set(['a']) }],
  ['it has nothing to choose from', read([field('a', { kind: 'choice', required: true })]), {}],
  [
    'it has more choices than Slack takes',
    read([field('a', { kind: 'choices', required: true, options: choices(1001) })]),
    {},
  ],
  [
    'its choices cannot be told apart by Slack',
    read([field('a', { kind: 'choice', required: true, options: [{ value: 'x'.repeat(151), label: 'X' }] })]),
    {},
  ],
] as const) {
  test(`a question that must be answered and cannot be asked, because ${why}: people write freely`, () => {
    const { form: made, leftOut } = asked(form, source);
    assert.equal(made.without, 'unusable');
    assert.deepEqual(made.fields, OWN.fields);
    assert.equal(leftOut.filter(({ required }) => required).length, 1);
    const view = formView({ forms: [made], chosen: made.name, summary: '', channel: '', files: true });
    assert.equal(refuseView({ ...view }, 'modal'), null);
    assert.match(JSON.stringify(view), /cannot be filled in here.*What do you need\?.*Details/);
  });
}

test('a list of a thousand choices comes in groups that Slack takes; more questions than fit keep what is required', () => {
  const many = Array.from({ length: 120 }, (_, n) => field(`f${n}`, { required: n > 100 }));
  const { form, leftOut } = asked(
    read([field('long', { kind: 'choice', required: true, options: choices(1000) }), ...many]),
  );
  assert.equal(form.without, undefined);
  assert.equal(form.fields.length, 85);
  assert.equal(leftOut.length, 121 - 84);
  const view = formView({ forms: [form], chosen: form.name, summary: '', channel: '', files: true });
  assert.equal(refuseView({ ...view }, 'modal'), null);
  const text = JSON.stringify(view);
  assert.equal(text.match(/"option_groups"/g)?.length, 1);
  assert.equal(text.match(/"Choice \d+"/g)?.length, 1000);
  assert.ok(text.length < 250_000, 'Slack takes 250 KB');
});

test('what was sent is compared with what is asked by now', () => {
  const { form } = asked(
    read([field('size', { kind: 'choice', required: true, options: choices(2) }), field('note')]),
  );
  const filled = (id: string, answer: string, kind: 'line' | 'choice' = 'line') => ({
    ...{ id, label: id, kind, answer, shown: answer },
  });
  const why = filled('why', 'because');
  assert.equal(changedSince(form, [why, filled('@size', 'v1', 'choice')]), null);
  assert.deepEqual(Object.keys(changedSince(form, [why, filled('@size', 'v2', 'choice')]) ?? {}), ['@size']);
  assert.deepEqual(Object.keys(changedSince(form, [why]) ?? {}), ['@size']);
  assert.deepEqual(changedSince(form, [why, filled('@size', 'v1', 'choice'), filled('@gone', 'x')]), {});
  assert.equal(changedSince({ ...form, without: 'unread' }, [why]), null);
  assert.equal(changedSince(OWN, [why]), null, 'its own questions change with a start only');
});
