import { z } from 'zod';
import { createSecret, type Secret } from '../model/secret.ts';
import { pathText } from './problem.ts';
import { at, entriesAt } from './raw-settings.ts';
import { SLACK_VARIABLES } from './slack-file.ts';
import type { SettingPath } from './yaml-document.ts';

const KEY_BYTES = 32;
const SIGNING_BYTES = 16;

function isKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text) && Buffer.from(text, 'base64').length === KEY_BYTES;
}

function urlOf(...schemes: readonly string[]) {
  const matches = (text: string) =>
    schemes.some((scheme) => text.startsWith(`${scheme}://`) && URL.canParse(text));
  return z
    .string()
    .refine(matches, { error: `must be a URL that begins with ${schemes.join(':// or ')}://` });
}

/** The variables that every installation may set, whatever its file says. Descriptions become .env.example. */
export const Environment = z.object({
  DESKBRIDGE_ENCRYPTION_KEY: z
    .string({ error: 'is not set; make one with: openssl rand -base64 32' })
    .refine((text) => text.split(',').every(isKey), {
      error: 'must be 32 bytes in base64 (44 characters); make one with: openssl rand -base64 32',
    })
    .meta({
      description:
        'Key that seals stored content: 32 bytes in base64, from `openssl rand -base64 32`. To rotate, put a new one in front of the old, with a comma between; `deskbridge keys status` says when the old one can be removed. Required.',
    }),
  DATABASE_URL: urlOf('postgres', 'postgresql').optional().meta({
    description:
      'Postgres, direct or session-pooled. Without it an embedded Postgres runs in the data directory.',
  }),
  DATABASE_OWNER_URL: urlOf('postgres', 'postgresql').optional().meta({
    description:
      'The same Postgres as the role that owns the tables. Only `deskbridge migrate` uses it: the role of `DATABASE_URL` then owns nothing, and can add to the audit but not change it; see "Two roles" in operate.md. Set it for that command alone.',
  }),
  REDIS_URL: urlOf('redis', 'rediss').optional().meta({
    description:
      'Redis for the job bell when many processes share the work. Without it the bell uses Postgres.',
  }),
  DESKBRIDGE_DATA_DIR: z
    .string()
    .default('.deskbridge')
    .meta({ description: 'Folder for the embedded Postgres and its files.' }),
  DESKBRIDGE_WORKSPACE: z
    .string()
    .regex(/^[A-Z0-9]{2,64}$/, {
      error: 'must be the id of a workspace or organisation in Slack, such as T0123ABCD',
    })
    .optional()
    .meta({
      description:
        'Whose requests a command such as `deskbridge parked` looks at, where several workspaces are served: the id of the workspace or organisation in Slack.',
    }),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta({ description: 'fatal, error, warn, info, debug, trace or silent.' }),
});
export type Environment = z.infer<typeof Environment>;

export type Variables = Readonly<Record<string, string | undefined>>;

export interface VariableFault {
  readonly name: string;
  readonly message: string;
}

/** Variables that are set to nothing count as not set, as an .env file with empty lines means it. */
export function readEnvironment(env: Variables): {
  value: Environment | null;
  faults: readonly VariableFault[];
} {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = Environment.safeParse(set);
  if (result.success) return { value: result.data, faults: [] };
  const faults = result.error.issues.map(({ path, message }) => ({ name: pathText(path), message }));
  return { value: null, faults };
}

/** A secret that the file asks for: the variable and the setting that names it. */
export interface NeededSecret {
  readonly variable: string;
  readonly setting: SettingPath;
}

/** Every variable that the raw file names and this installation will read. */
export function neededSecrets(data: unknown): readonly NeededSecret[] {
  const several = at(data, 'slack', 'oauth') !== undefined;
  const registrations = ['oauth', 'sign_in'].filter((key) => at(data, 'slack', key) !== undefined);
  const slack = Object.entries(SLACK_VARIABLES)
    .filter(([key]) => neededInMode(key, at(data, 'slack', 'mode')) && !(several && key === 'bot_token_env'))
    .map(([key, fallback]) => ({ setting: ['slack', key], variable: at(data, 'slack', key) ?? fallback }));
  const name = 'client_secret_env';
  const client = registrations.map((key) => ({
    setting: ['slack', key, name],
    variable: at(data, 'slack', key, name) ?? 'SLACK_CLIENT_SECRET',
  }));
  const connectors = namesBelow(data, ['connectors']);
  return [...slack, ...client, ...connectors].flatMap(({ setting, variable }) =>
    typeof variable === 'string' && /^[A-Z][A-Z0-9_]*$/.test(variable) ? [{ setting, variable }] : [],
  );
}

function neededInMode(key: string, mode: unknown): boolean {
  if (key === 'signing_secret_env') return mode === 'http';
  return key === 'app_token_env' ? mode === 'socket' : true;
}

/** Settings at any depth whose names end with `_env`. */
function namesBelow(
  data: unknown,
  path: readonly string[],
): readonly { readonly setting: readonly string[]; readonly variable: unknown }[] {
  return entriesAt(data, ...path).flatMap(([key, variable]) => {
    const setting = [...path, key];
    return key.endsWith('_env') ? [{ setting, variable }] : namesBelow(data, setting);
  });
}

/** Takes the needed secrets out of the environment. Messages name variables, never values. */
export function readSecrets(needed: readonly NeededSecret[], env: Variables) {
  const secrets = new Map<string, Secret>();
  const faults: VariableFault[] = [];
  for (const { variable, setting } of needed) {
    const value = env[variable] ?? '';
    const fault = secretFault(String(setting.at(-1)), value);
    if (fault === null) secrets.set(variable, createSecret(value));
    else faults.push({ name: variable, message: `${fault} (named by ${pathText(setting)})` });
  }
  return { secrets, faults };
}

function secretFault(key: string, value: string): string | null {
  if (value === '') return 'is not set; put the secret there';
  if (value !== value.trim()) return 'begins or ends with white space; remove it';
  if (/^(signing|hook)_secret_env$/.test(key) && Buffer.byteLength(value) < SIGNING_BYTES) {
    return `is shorter than ${SIGNING_BYTES} bytes, so signatures made with it could be forged; use a longer secret`;
  }
  if (key === 'bot_token_env' && !/^(xoxb-|xoxe\.xoxb-)/.test(value)) {
    return 'must be a bot token, which begins with xoxb-; take it from "OAuth & Permissions" of the Slack app';
  }
  if (key === 'app_token_env' && !value.startsWith('xapp-')) {
    return 'must be an app-level token, which begins with xapp-; take it from "Basic Information" of the Slack app';
  }
  return null;
}
