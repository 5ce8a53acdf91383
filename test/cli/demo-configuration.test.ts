import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { demoConfiguration } from '../../src/cli/demo/configuration.ts';
import { environmentOf, keepSecrets } from '../../src/cli/demo/secrets.ts';
import { loadConfig } from '../../src/config.ts';
import { SlackChannel, SlackUser } from '../../src/model/ids.ts';
import { decide } from '../../src/routing/decide.ts';
import { textAlone } from '../../src/routing/table.ts';
import { HELP_CHANNEL, QUEUES, REQUESTERS, SUGGESTIONS } from '../../src/sandbox/demo/company.ts';

const ports = { slack: 4401, jira: 4402, servicenow: 4403 };

function load(t: { after(work: () => void): void }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-demo-config-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'deskbridge.yaml');
  writeFileSync(file, demoConfiguration(ports));
  const secretsFile = path.join(folder, 'secrets.json');
  const secrets = keepSecrets(secretsFile);
  return { config: loadConfig({ file, env: environmentOf(secrets, folder) }), secrets, secretsFile };
}

suite('the configuration of the demo', () => {
  test('it is valid, and every address in it is on this machine', (t) => {
    const { config } = load(t);
    assert.equal(config.slack.apiUrl, 'http://127.0.0.1:4401/api/');
    const addresses = [...config.connectors.values()].map((one) => ('baseUrl' in one ? one.baseUrl : ''));
    assert.deepEqual(addresses, ['http://127.0.0.1:4402', 'http://127.0.0.1:4403']);
    assert.doesNotMatch(demoConfiguration(ports), /base_url: https|acme/);
  });

  test('each suggested message goes to another queue, and the page knows each of them', (t) => {
    const { config } = load(t);
    const [mara] = REQUESTERS;
    const titles = SUGGESTIONS.map((text) => {
      const { queue } = decide(config.routing, {
        ...textAlone(text),
        channel: SlackChannel.parse(HELP_CHANNEL),
        form: {},
        requester: SlackUser.parse(mara?.id),
      });
      return config.queues.get(queue)?.title ?? queue;
    });
    assert.deepEqual(titles, ['Identity & Access', 'Devices & Software', 'Security', 'Major Incidents']);
    assert.deepEqual(
      [...config.queues.values()].map(({ title }) => title).sort(),
      QUEUES.map(({ title }) => title).sort(),
    );
  });

  test('an example without a section is refused instead of being half used', () => {
    assert.throws(
      () => demoConfiguration(ports, 'version: 1\nslack:\n  mode: http\n'),
      /no section "install"/,
    );
  });

  test('secrets are drawn once, differ between folders, and are for us only', (t) => {
    const first = load(t);
    const second = load(t);
    assert.deepEqual(keepSecrets(first.secretsFile), first.secrets);
    assert.notEqual(first.secrets.slackSigningSecret, second.secrets.slackSigningSecret);
    assert.equal(statSync(first.secretsFile).mode & 0o777, 0o600);
  });
});
