import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Values of secrets, each with a mark that must never be seen in any output. */
export const SECRET_MARK = 'hush-hush';

export const VARIABLES = {
  DESKBRIDGE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  DATABASE_URL: `postgres://desk:${SECRET_MARK}@127.0.0.1/desk`,
  SLACK_BOT_TOKEN: `xoxb-sandbox-${SECRET_MARK}`,
  SLACK_SIGNING_SECRET: `${SECRET_MARK}-signing-secret`,
  SLACK_APP_TOKEN: `xapp-sandbox-${SECRET_MARK}`,
  JIRA_API_TOKEN: `${SECRET_MARK}-jira`,
  JIRA_HOOK_SECRET: `${SECRET_MARK}-jira-hook-secret`,
  SNOW_CLIENT_SECRET: `${SECRET_MARK}-snow`,
  SNOW_HOOK_SECRET: `${SECRET_MARK}-snow-hook-secret`,
};

export const MINIMAL = `version: 1
install: { name: acme }
slack: { mode: http }
connectors:
  mem: { system: memory }
queues:
  desk: { title: Desk, connector: mem, target: { queue: desk } }
routing:
  default: { queue: desk }
`;

/** Writes a configuration file that lives as long as the test. */
export function configFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'deskbridge-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'desk.yaml');
  writeFileSync(file, text);
  return file;
}
