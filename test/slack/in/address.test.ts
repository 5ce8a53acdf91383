import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from '../../../src/slack/in/address.ts';

const team = (id: string) => ({ kind: 'team', id });
const enterprise = (id: string) => ({ kind: 'enterprise', id });
const event = { type: 'event_callback', event: { type: 'message' } };
const own = { team_id: 'TA', enterprise_id: null, is_enterprise_install: false };
const whole = { team_id: 'TG1', enterprise_id: 'EG', is_enterprise_install: true };

test('a call is for the install that Slack names, never for where its author comes from', () => {
  const cases = [
    ['plain', { ...event, team_id: 'TA', authorizations: [own] }, team('TA')],
    [
      'of another company, in a channel that both share',
      { ...event, team_id: 'TB', context_team_id: 'TB', authorizations: [own] },
      team('TA'),
    ],
    ['no authorization: the context', { ...event, team_id: 'TB', context_team_id: 'TA' }, team('TA')],
    ['nothing else', { ...event, team_id: 'TA', context_team_id: '' }, team('TA')],
    ['of an organisation', { ...event, team_id: 'TG2', authorizations: [whole] }, enterprise('EG')],
    [
      'of a workspace that belongs to an organisation and installed the app itself',
      {
        ...event,
        team_id: 'TG1',
        enterprise_id: 'EG',
        authorizations: [{ ...own, team_id: 'TG1', enterprise_id: 'EG' }],
      },
      team('TG1'),
    ],
    [
      'a press by somebody of another company',
      {
        type: 'block_actions',
        team: { id: 'TA' },
        user: { id: 'U1', team_id: 'TB' },
        is_enterprise_install: false,
      },
      team('TA'),
    ],
    [
      'a form of an app that is installed elsewhere than its reader',
      { type: 'view_submission', team: { id: 'TB' }, view: { app_installed_team_id: 'TA' } },
      team('TA'),
    ],
    [
      'a press in an organisation',
      { type: 'block_actions', team: null, enterprise: { id: 'EG' }, is_enterprise_install: true },
      enterprise('EG'),
    ],
    ['a command', { command: '/desk', team_id: 'TA', is_enterprise_install: 'false' }, team('TA')],
    [
      'a command in an organisation',
      { command: '/desk', team_id: 'TG1', enterprise_id: 'EG', is_enterprise_install: 'true' },
      enterprise('EG'),
    ],
    ['nobody', { type: 'event_callback', event: {} }, null],
    ['an organisation without a name', { team_id: 'TG1', is_enterprise_install: true }, null],
    ['what it cannot be', { team_id: 7, authorizations: 'TA', team: 'TA' }, null],
  ] as const;
  for (const [what, body, wanted] of cases) assert.deepEqual(addressOf(body), wanted, what);
  assert.equal(cases.length, 14);
});
