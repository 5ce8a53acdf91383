import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readDemoFile, writeDemoFile } from '../../sandbox/demo/state-file.ts';

const DemoSecrets = z.object({
  v: z.literal(1),
  slackBotToken: z.string(),
  slackAppToken: z.string(),
  slackSigningSecret: z.string(),
  jiraToken: z.string(),
  jiraHookSecret: z.string(),
  serviceNowPassword: z.string(),
  serviceNowHookSecret: z.string(),
  encryptionKey: z.string(),
});
export type DemoSecrets = z.infer<typeof DemoSecrets>;

/** The demo's own secrets, drawn at the first start. The prefixes show the simulated vendors that none is a real one. */
function drawSecrets(): DemoSecrets {
  const word = () => randomBytes(24).toString('hex');
  return {
    v: 1,
    slackBotToken: `xoxb-sandbox-${word()}`,
    slackAppToken: `xapp-sandbox-${word()}`,
    slackSigningSecret: word(),
    jiraToken: `sandbox-${word()}`,
    jiraHookSecret: word(),
    serviceNowPassword: `sandbox-${word()}`,
    serviceNowHookSecret: word(),
    encryptionKey: randomBytes(32).toString('base64'),
  };
}

/** Reads the secrets of this data folder, or draws and keeps new ones. */
export function keepSecrets(file: string): DemoSecrets {
  const known = readDemoFile(file, DemoSecrets);
  if (known !== null) return known;
  const drawn = drawSecrets();
  writeDemoFile(file, drawn);
  return drawn;
}

/** The environment with which the demo's configuration is read. */
export function environmentOf(secrets: DemoSecrets, dataDir: string): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: secrets.slackBotToken,
    SLACK_SIGNING_SECRET: secrets.slackSigningSecret,
    JIRA_API_TOKEN: secrets.jiraToken,
    JIRA_HOOK_SECRET: secrets.jiraHookSecret,
    SNOW_PASSWORD: secrets.serviceNowPassword,
    SNOW_HOOK_SECRET: secrets.serviceNowHookSecret,
    DESKBRIDGE_ENCRYPTION_KEY: secrets.encryptionKey,
    DESKBRIDGE_DATA_DIR: dataDir,
    LOG_LEVEL: 'info',
  };
}
