import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { generatedGuides } from '../../src/cli/generated-guides.ts';
import { slackCommands } from '../../src/cli/slack-commands.ts';
import { slackManifest } from '../../src/slack/manifest.ts';
import { SlackManifest } from '../../src/slack/manifest-rules.ts';
import { FEATURES, type Feature, FREE_CALLS, needsOf, SCOPE_NEEDS } from '../../src/slack/scopes.ts';
import { configFile, MINIMAL } from '../config/installation.ts';
import { root, textOf } from '../docs/markdown.ts';
import { openSlack, recordingApp, refusal } from '../sandbox/slack/open-slack.ts';

const ALL: ReadonlySet<Feature> = new Set([
  'requests',
  'emoji',
  'mentions',
  'workflow-step',
  'private-channels',
  'files',
  'addresses',
  'links',
]);
const app = { name: 'Deskbridge', command: '/desk', publicUrl: 'https://desk.example.com/', features: ALL };

/** Every choice of what an owner can switch, the requests always among it. */
const choices = [...Array(128).keys()].map(
  (bits) =>
    new Set<Feature>([
      'requests',
      ...(
        ['emoji', 'mentions', 'workflow-step', 'private-channels', 'files', 'addresses', 'links'] as const
      ).filter((_, n) => (bits & (1 << n)) !== 0),
    ]),
);

test('every choice of features gives a manifest that Slack takes, over HTTP and Socket Mode', () => {
  assert.deepEqual(new Set(Object.keys(FEATURES)), ALL);
  for (const features of choices) {
    for (const publicUrl of [null, 'https://desk.example.com']) {
      const manifest = slackManifest({ ...app, publicUrl, features });
      assert.deepEqual(SlackManifest.parse(manifest), manifest);
      const own = SCOPE_NEEDS.filter(({ feature }) => features.has(feature));
      assert.deepEqual(
        manifest.oauth_config?.scopes?.bot,
        own.map(({ scope }) => scope),
      );
      assert.deepEqual(manifest.settings?.event_subscriptions?.bot_events, [
        ...own.flatMap(({ events }) => events),
        'app_home_opened',
        ...(features.has('workflow-step') ? ['function_executed'] : []),
      ]);
      assert.equal(manifest.settings?.socket_mode_enabled, publicUrl === null);
      assert.equal(JSON.stringify(manifest).includes('https://'), publicUrl !== null);
      const hasStep = features.has('workflow-step');
      assert.equal(manifest.settings?.function_runtime, hasStep ? 'remote' : undefined);
      assert.equal(manifest.settings?.org_deploy_enabled, hasStep);
      assert.equal(Object.keys(manifest.functions ?? {}).length, hasStep ? 1 : 0);
    }
  }
  assert.deepEqual(needsOf(new Set(['requests'])).scopes.length, 7, 'the least that it can do with');
});

test('over HTTP all three come to the one door, whatever path the address has', () => {
  const manifest = slackManifest({ ...app, publicUrl: 'https://example.com/desk/' });
  const door = 'https://example.com/desk/slack/events';
  assert.equal(manifest.settings?.event_subscriptions?.request_url, door);
  assert.equal(manifest.settings?.interactivity?.request_url, door);
  assert.equal(manifest.features?.slash_commands?.[0]?.url, door);
});

test('the table of scopes names every call that the code makes, and no other', () => {
  const source = globSync('src/slack/**/*.ts', { cwd: root })
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');
  const listed = new Set([...FREE_CALLS, ...SCOPE_NEEDS.flatMap(({ calls }) => calls)]);
  const called = [...source.matchAll(/\bclient\s*\.([a-z]+)\s*\.([A-Za-z]+)\(/g)]
    .map((match) => `${match[1]}.${match[2]}`)
    // The client of a socket and of files over HTTP have methods too, but not two words deep.
    .filter((call) => /^[a-z]+\.[a-z]/.test(call));
  assert.ok(called.length >= 12, `only ${called.length} calls were found`);
  assert.deepEqual([...new Set([...called, 'download'])].sort(), [...listed].sort());
});

test('the table of the guide is fresh', () => {
  for (const { path: file, content } of generatedGuides(textOf)) {
    assert.ok(textOf(file) === content, `${file} is stale; run: deskbridge config docs --write`);
  }
});

/** A conversation of the kind that a scope is for. */
const CHANNELS = [
  { id: 'C0HELPIT', name: 'help-it' },
  { id: 'C0AGENTS', name: 'agents', isPrivate: true },
];
const PLACES: Readonly<Record<string, string>> = {
  'channels:history': 'C0HELPIT',
  'groups:history': 'C0AGENTS',
  'im:history': 'D0ALMA',
};

test('without any one scope of the table, exactly its calls and events fail', async (t) => {
  const hooks = await recordingApp();
  t.after(() => hooks.close());
  const Heard = z.object({ channel: z.string() });
  let refused = 0;
  for (const { scope, calls, events } of SCOPE_NEEDS) {
    const manifest = structuredClone(slackManifest(app));
    const { bot = [] } = manifest.oauth_config?.scopes ?? {};
    bot.splice(bot.indexOf(scope), 1);
    const open = await openSlack({ manifest, channels: CHANNELS, eventsUrl: hooks.url });
    try {
      for (const method of calls.filter((call) => call.includes('.'))) {
        const asked = scope === 'groups:read' ? 'C0AGENTS' : (PLACES[scope] ?? 'C0HELPIT');
        const args = { channel: asked, user: 'U0ALMA', ts: '1.000001' };
        if (scope === 'users:read.email') {
          const { user } = await open.client.users.info(args);
          assert.equal(user?.profile?.email, undefined);
        } else {
          const { error } = await refusal(open.client.apiCall(method, args));
          assert.equal(error, 'missing_scope', `${method} without ${scope}`);
          assert.ok(open.slack.asked.missed.has(scope));
        }
        refused += 1;
      }
      hooks.received.length = 0;
      for (const place of Object.values(PLACES)) open.slack.people.post('U0ALMA', place, 'hello');
      await open.slack.settled();
      const heard = hooks.received.map(({ json }) => Heard.parse(json?.event).channel);
      const deaf = events.length === 0 ? [] : [PLACES[scope]];
      assert.deepEqual(
        heard.sort(),
        Object.values(PLACES)
          .filter((place) => !deaf.includes(place))
          .sort(),
        `events without ${scope}`,
      );
      const command = await open.slack.people.command('U0ALMA', 'C0HELPIT', '/desk', '');
      assert.equal(command.ok, scope !== 'commands', `the command without ${scope}`);
    } finally {
      await open.close();
    }
  }
  assert.ok(refused >= 15, `only ${refused} calls were refused`);
});

async function run(args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  let code = 0;
  const program = new Command('deskbridge').exitOverride().configureOutput({ writeErr: () => {} });
  slackCommands(program, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    exit: (to) => {
      code = to;
    },
    env: {},
  });
  await program.parseAsync([...args], { from: 'user' });
  return { out: out.join('\n'), err: err.join('\n'), code };
}

test('slack manifest prints what the file switches on, as YAML and as JSON, and needs no secret', async (t) => {
  const socket = configFile(
    t,
    MINIMAL.replace(
      'mode: http',
      'mode: socket, private_channels: true, workflow_step: true, unfurl_links: true',
    ),
  );
  const yaml = await run(['slack', 'manifest', '-c', socket]);
  assert.equal(yaml.code, 0, yaml.err);
  const json = await run(['slack', 'manifest', '-c', socket, '--json']);
  assert.deepEqual(parse(yaml.out), JSON.parse(json.out));
  assert.deepEqual(JSON.parse(json.out), slackManifest({ ...app, publicUrl: null }));

  const least = MINIMAL.replace(
    'mode: http',
    'mode: socket, command: /it, read_emails: false, mentions: false, emoji: { open: null, bypass: null, take: null, solve: null, reopen: null, raise: null }',
  ).concat('files: { max_mb: 0 }\n');
  const few = await run(['slack', 'manifest', '--name', 'IT help', '-c', configFile(t, least)]);
  assert.deepEqual(
    parse(few.out),
    slackManifest({ name: 'IT help', command: '/it', publicUrl: null, features: new Set(['requests']) }),
  );

  const agents = MINIMAL.replace('mode: http', 'mode: socket').replace(
    'connector: mem,',
    'connector: mem, internal_channel: C0AGENTS1,',
  );
  assert.match((await run(['slack', 'manifest', '-c', configFile(t, agents)])).out, /groups:history/);
});

test('slack manifest says what is missing, and which name Slack would not take', async (t) => {
  const http = configFile(t, MINIMAL);
  const refused = await run(['slack', 'manifest', '-c', http]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /server\.public_url must be the https:\/\/ address/);
  const reached = configFile(t, `${MINIMAL}server: { public_url: 'https://desk.example.com' }\n`);
  assert.match((await run(['slack', 'manifest', '-c', reached])).out, /desk\.example\.com\/slack\/events/);
  await assert.rejects(run(['slack', 'manifest', '-c', reached, '--name', 'x'.repeat(36)]), /35 characters/);
  await assert.rejects(run(['slack', 'manifest', '-c', reached, '--json', '--yaml']), /cannot be used with/);
});
