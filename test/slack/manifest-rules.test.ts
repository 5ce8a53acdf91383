import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlackManifest } from '../../src/slack/manifest-rules.ts';

type Json = unknown;

/** A copy with the value at a path replaced; `undefined` takes it away. */
function changed(base: Json, [step, ...rest]: readonly (string | number)[], value: Json): Json {
  if (step === undefined) return value;
  const copy: Record<string | number, Json> | Json[] = Array.isArray(base)
    ? [...base]
    : { ...Object(base ?? {}) };
  if (rest.length === 0 && value === undefined) Reflect.deleteProperty(copy, step);
  else Reflect.set(copy, step, changed(Reflect.get(copy, step), rest, value));
  return copy;
}

const of = (length: number) => 'a'.repeat(length);
const many = (count: number, one: (n: number) => Json) => Array.from({ length: count }, (_, n) => one(n));

const VALID = {
  display_information: { name: 'Deskbridge' },
  features: {
    bot_user: { display_name: 'Deskbridge' },
    shortcuts: [{ name: 'Open', type: 'message', callback_id: 'open', description: 'opens' }],
    slash_commands: [{ command: '/desk', url: 'https://a.example/', description: 'asks' }],
  },
  oauth_config: { scopes: { bot: ['chat:write'] } },
  settings: {
    event_subscriptions: { request_url: 'https://a.example/', bot_events: ['message.im'] },
    interactivity: { is_enabled: true, request_url: 'https://a.example/' },
  },
};

const url = (length: number) => `https://a.example/${of(length - 18)}`;
const shortcut = (n: number) => ({ name: `s${n}`, type: 'global', callback_id: `c${n}`, description: 'd' });
const command = (n: number) => ({ command: `/c${n}`, url: 'https://a.example/', description: 'd' });
const SHORTCUT = ['features', 'shortcuts', 0] as const;
const COMMAND = ['features', 'slash_commands', 0] as const;
const EVENTS = ['settings', 'event_subscriptions'] as const;
const INTERACTIVITY = ['settings', 'interactivity'] as const;

/** Path, what is just allowed, what is just not. */
const LIMITS: readonly (readonly [readonly (string | number)[], Json, Json])[] = [
  [['display_information', 'name'], of(35), of(36)],
  [['display_information', 'name'], 'a', ''],
  [['display_information', 'description'], of(140), of(141)],
  [['display_information', 'long_description'], of(175), of(174)],
  [['display_information', 'long_description'], of(4000), of(4001)],
  [['display_information', 'background_color'], '#0af', '#0a'],
  [['display_information', 'background_color'], '#00aaff', 'blue'],
  [['display_information'], { name: 'a' }, {}],
  [['_metadata', 'major_version'], 2, 3],
  [['features', 'app_home', 'home_tab_enabled'], false, 'no'],
  [['features', 'bot_user', 'display_name'], of(80), of(81)],
  [['features', 'bot_user', 'display_name'], 'a', ''],
  [['features', 'shortcuts'], many(10, shortcut), many(11, shortcut)],
  [['features', 'shortcuts'], many(1, shortcut), []],
  [[...SHORTCUT, 'name'], of(24), of(25)],
  [[...SHORTCUT, 'callback_id'], of(255), of(256)],
  [[...SHORTCUT, 'description'], of(150), of(151)],
  [[...SHORTCUT, 'type'], 'global', 'channel'],
  [['features', 'slash_commands'], many(50, command), many(51, command)],
  [['features', 'slash_commands'], many(1, command), []],
  [[...COMMAND, 'command'], `/${of(31)}`, `/${of(32)}`],
  [[...COMMAND, 'command'], '/a', '/'],
  [[...COMMAND, 'command'], '/desk', 'desk'],
  [[...COMMAND, 'description'], of(2000), of(2001)],
  [[...COMMAND, 'usage_hint'], of(1000), of(1001)],
  [[...COMMAND, 'url'], url(3000), url(3001)],
  [[...COMMAND, 'url'], 'http://a.example/', 'ftp://a.example/'],
  [['oauth_config', 'redirect_urls'], many(1000, (n) => `u${n}`), many(1001, (n) => `u${n}`)],
  [
    ['oauth_config', 'redirect_urls'],
    ['a', 'b'],
    ['a', 'a'],
  ],
  [['oauth_config', 'redirect_urls'], [of(2500)], [of(2501)]],
  [['oauth_config', 'scopes', 'bot'], many(255, (n) => `s${n}`), many(256, (n) => `s${n}`)],
  [['oauth_config', 'scopes', 'user'], [of(50)], [of(51)]],
  [[...EVENTS, 'bot_events'], many(100, (n) => `e${n}`), many(101, (n) => `e${n}`)],
  [[...EVENTS, 'bot_events'], [of(50)], [of(51)]],
  [
    [...EVENTS, 'bot_events'],
    ['a', 'b'],
    ['a', 'a'],
  ],
  [[...EVENTS, 'user_events'], many(100, (n) => `e${n}`), many(101, (n) => `e${n}`)],
  [[...EVENTS, 'request_url'], url(3500), url(3501)],
  [[...INTERACTIVITY, 'request_url'], url(3500), url(3501)],
  [[...INTERACTIVITY, 'message_menu_options_url'], url(3500), url(3501)],
  [[...INTERACTIVITY, 'is_enabled'], false, undefined],
  // Without Socket Mode all three need an address.
  [[...EVENTS, 'request_url'], 'https://a.example/', undefined],
  [[...INTERACTIVITY, 'request_url'], 'https://a.example/', undefined],
  [[...COMMAND, 'url'], 'https://a.example/', undefined],
  // Keys that Slack does not know are refused at every depth.
  [['features', 'workflow_step'], undefined, []],
  [[...COMMAND, 'uri'], undefined, 'https://a.example/'],
  [['settings', 'socket_mode'], undefined, true],
  [['oauth_config', 'scopes', 'bots'], undefined, ['chat:write']],
];

test('a manifest is taken at every limit and refused just beyond it, there', () => {
  assert.ok(SlackManifest.safeParse(VALID).success);
  for (const [path, good, bad] of LIMITS) {
    const taken = SlackManifest.safeParse(changed(VALID, path, good));
    assert.ok(taken.success, `${path.join('.')} at its limit: ${taken.error?.message}`);
    const refused = SlackManifest.safeParse(changed(VALID, path, bad));
    assert.ok(!refused.success, `${path.join('.')} beyond its limit`);
    const [issue] = refused.error.issues;
    const where = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys : [])];
    assert.equal(
      where.slice(0, path.length).join('.').startsWith(path.slice(0, where.length).join('.')),
      true,
      `${path.join('.')} is refused at ${where.join('.')}`,
    );
  }
});

test('with Socket Mode nothing needs an address', () => {
  const bare = changed(
    changed(
      changed(changed(VALID, [...COMMAND, 'url'], undefined), [...EVENTS, 'request_url'], undefined),
      [...INTERACTIVITY, 'request_url'],
      undefined,
    ),
    ['settings', 'socket_mode_enabled'],
    true,
  );
  assert.ok(SlackManifest.safeParse(bare).success);
});
