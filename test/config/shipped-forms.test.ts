/** The forms of the example: each can be opened, is routed by a rule of its own, and says which approval it needs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { Forms, ownForm } from '../../src/config/forms.ts';
import { decide } from '../../src/routing/decide.ts';
import { RoutingTable, textAlone } from '../../src/routing/table.ts';
import { refuseView } from '../../src/sandbox/slack/view-check.ts';
import { formView } from '../../src/slack/in/form-view.ts';

const text = readFileSync(new URL('../../deskbridge.example.yaml', import.meta.url), 'utf8');
const { forms, routing } = z.object({ forms: Forms, routing: RoutingTable }).parse(parse(text));
const all = Object.entries(forms).map(([name, form]) => ownForm(name, form));

/** Queue and approval policy of each; null where nobody has to approve. */
const SHIPPED: Readonly<Record<string, readonly [string, string | null]>> = {
  access: ['iam', 'access'],
  software: ['endpoint', 'software'],
  'policy-exception': ['security', 'policy-exception'],
  'expense-exception': ['help-desk', 'expense-exception'],
  'environment-change': ['incident', 'environment-change'],
  'device-fault': ['endpoint', null],
  outage: ['incident', null],
};

test('there are the seven', () => assert.deepEqual(Object.keys(forms), Object.keys(SHIPPED)));

for (const [name, [queue, policy]] of Object.entries(SHIPPED)) {
  test(`${name}: Slack takes it, and its rule sends it to ${queue}, whatever was written`, () => {
    const view = formView({ forms: all, chosen: name, summary: '', channel: 'C1', files: true });
    assert.equal(refuseView({ ...view }, 'modal'), null);
    for (const words of ['', 'phishing', 'my laptop is down for everyone, and I need a new password']) {
      const decision = decide(routing, { ...textAlone(words), door: 'form', form: { form: name } });
      assert.equal(decision.rule, `form-${name}`);
      assert.equal(decision.queue, queue);
      assert.deepEqual(decision.policies, policy === null ? [] : [policy]);
    }
  });
}

test('the choice alone is a view, too, and a name that nobody has shows it', () => {
  for (const chosen of [null, 'gone'])
    assert.equal(
      refuseView({ ...formView({ forms: all, chosen, summary: 'x', channel: '', files: false }) }, 'modal'),
      null,
    );
});

test('a form is refused that names what it does not have', () => {
  const wrong = {
    a: { title: 'A', summary: 'About {nothing}', fields: { one: { label: 'One' } } },
    b: { title: 'B' },
    c: {
      title: 'C',
      fields: {
        one: { label: 'One', kind: 'choice' },
        two: { label: 'Two', kind: 'duration', options: ['PT4H'] },
      },
    },
  };
  const paths = Forms.safeParse(wrong).error?.issues.map(({ path }) => path.join('.'));
  assert.deepEqual(paths, ['a.summary', 'b.fields', 'c.fields.one.options', 'c.fields.two.options']);
});
