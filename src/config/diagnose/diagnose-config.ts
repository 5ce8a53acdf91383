import { statSync } from 'node:fs';
import { createNotes, type DiagnosisOptions, type Finding, type Notes } from '../../model/finding.ts';
import type { Secret } from '../../model/secret.ts';
import type { Config } from '../config.ts';
import { CONFIG_CHECKS } from './checks.ts';

export interface ConfigDiagnosis extends DiagnosisOptions {
  readonly file: string;
  /** The file that the environment may come from; it need not exist. */
  readonly envFile: string;
}

type ConfigNotes = Notes<typeof CONFIG_CHECKS>;

/** A configuration that could not be read: one finding for each problem, and nothing else can be looked at. */
export function diagnoseInvalidConfig(
  wanted: DiagnosisOptions,
  problems: readonly { readonly subject: string; readonly wrong: string }[],
): readonly Finding[] {
  const notes = createNotes(CONFIG_CHECKS, wanted);
  for (const problem of problems) notes.problem('config.file', 'invalid', problem);
  return notes.findings('the configuration is not valid');
}

/** What a valid configuration still says of itself. */
export function diagnoseConfig(config: Config, wanted: ConfigDiagnosis): readonly Finding[] {
  const notes = createNotes(CONFIG_CHECKS, wanted);
  notes.passed('config.file', 'valid', wanted.file);
  lookAtConnectors(notes, config);
  lookAtSecrets(notes, config);
  lookAtAddresses(notes, config);
  lookAtPermissions(notes, wanted);
  return notes.findings('not reached');
}

function lookAtConnectors(notes: ConfigNotes, config: Config): void {
  const used = new Set([...config.queues.values()].map(({ connector }) => connector));
  for (const [id, connector] of config.connectors) {
    const { system, hookSecret } = connector;
    if (!used.has(id))
      notes.problem('config.connectors', 'unused', { subject: id, wrong: `No queue names ${id}.` });
    else if (system === 'memory') {
      notes.problem('config.connectors', 'memory', { subject: id, wrong: `${id} lives in memory.` });
    } else notes.passed('config.connectors', 'used', id);
    if (system === 'jira' && connector.oauthApp?.webhook === true && hookSecret === null)
      notes.passed('config.hook-secrets', "the app's own webhook is known by its token", id);
    else lookAtHookSecret(notes, id, hookSecret);
  }
}

/** Bytes below which we advise against a hook secret; Standard Webhooks asks for 24 to 64. */
const HOOK_BYTES = 24;

function lookAtHookSecret(notes: ConfigNotes, id: string, secret: Secret | null): void {
  const check = 'config.hook-secrets';
  if (secret === null)
    notes.problem(check, 'missing', { subject: id, wrong: `${id} has no hook_secret_env.` });
  else if (Buffer.byteLength(secret.reveal()) < HOOK_BYTES) {
    notes.problem(check, 'short', {
      subject: id,
      wrong: `The hook secret of ${id} has fewer than ${HOOK_BYTES} bytes.`,
    });
  } else notes.passed(check, 'long enough', id);
}

interface NamedSecret {
  readonly name: string;
  readonly value: string;
}

function secretsOf(config: Config): readonly NamedSecret[] {
  const password = passwordOf(config.databaseUrl);
  return [
    ...secretsWithin('slack', config.slack),
    ...[...config.connectors].flatMap(([id, connector]) => secretsWithin(id, connector)),
    ...(password === '' ? [] : [{ name: 'database password', value: password }]),
  ];
}

/** Every secret in a group of settings, named by its way there. */
function secretsWithin(name: string, value: unknown): readonly NamedSecret[] {
  if (isSecret(value)) return [{ name, value: value.reveal() }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([member, inner]) => secretsWithin(`${name} ${member}`, inner));
}

const isSecret = (value: unknown): value is Secret =>
  typeof value === 'object' && value !== null && 'reveal' in value && typeof value.reveal === 'function';

function passwordOf(url: Secret | null): string {
  const text = url?.reveal() ?? '';
  return URL.canParse(text) ? decodeURIComponent(new URL(text).password) : '';
}

const WORDS =
  /^(?:pass(?:word)?|secret|admin|changeme|change-me|default|test|postgres|deskbridge|letmein|qwerty|welcome|root|1234)[\d!._-]*$/i;

/** Words, digits in a row, and one sign repeated. */
function isGuessable(value: string): boolean {
  return WORDS.test(value) || new Set(value).size < 6 || /^(?:0123456789|abcdefghij)/i.test(value);
}

function lookAtSecrets(notes: ConfigNotes, config: Config): void {
  const secrets = secretsOf(config);
  const weak = secrets.filter(({ value }) => isGuessable(value));
  for (const { name } of weak) {
    notes.problem('config.secrets', 'guessable', { subject: name, wrong: `The ${name} is easy to guess.` });
  }
  const twice = secrets.filter(({ value }, at) => secrets.findIndex((other) => other.value === value) !== at);
  for (const { name, value } of twice) {
    const first = secrets.find((other) => other.value === value)?.name ?? '';
    notes.problem('config.secrets', 'shared', {
      subject: name,
      wrong: `The ${name} is the same as the ${first}.`,
    });
  }
  if (weak.length + twice.length === 0)
    notes.passed('config.secrets', `${secrets.length} secrets, all different`);
  const isWeak = config.encryptionKeys.some((key) => new Set(Buffer.from(key.reveal(), 'base64')).size < 12);
  if (isWeak) notes.problem('config.key', 'guessable', { wrong: 'An encryption key is no random one.' });
  else notes.passed('config.key', 'random');
}

/** The bell carries ids only, but whoever may write to it may wake and hold up our work. */
function lookAtRedis(notes: ConfigNotes, secret: Secret | null): void {
  const url = URL.parse(secret?.reveal() ?? '');
  if (url === null) return;
  const [check, subject] = ['config.addresses', 'REDIS_URL'] as const;
  if (url.protocol === 'rediss:' || isLocal(url.hostname)) notes.passed(check, url.protocol, subject);
  else notes.problem(check, 'plain', { subject, wrong: `${url.host} is spoken to without TLS.` });
}

const isLocal = (host: string) => /^(?:127\.\d+\.\d+\.\d+|\[::1\]|::1|localhost)$/.test(host);

function lookAtAddresses(notes: ConfigNotes, config: Config): void {
  const named: (readonly [string, string | null])[] = [
    ['slack.api_url', config.slack.apiUrl],
    ['server.public_url', config.server.publicUrl],
    ...[...config.connectors].map(
      ([id, connector]) =>
        [`connectors.${id}.base_url`, 'baseUrl' in connector ? connector.baseUrl : null] as const,
    ),
  ];
  for (const [subject, text] of named) {
    if (text === null) continue;
    const url = new URL(text);
    if (isLocal(url.hostname)) {
      notes.problem('config.addresses', 'sandbox', { subject, wrong: `${url.host} is on this machine.` });
    } else if (url.protocol !== 'https:') {
      notes.problem('config.addresses', 'plain', { subject, wrong: `${url.host} is spoken to without TLS.` });
    } else notes.passed('config.addresses', `https, ${url.host}`, subject);
  }
  lookAtRedis(notes, config.redisUrl);
  if (config.network.privateAddresses)
    notes.problem('config.network', 'private', { wrong: 'network.private_addresses is true.' });
  else notes.passed('config.network', 'public addresses only');
  const { host, publicUrl } = config.server;
  const hasProxy = publicUrl?.startsWith('https://') === true;
  if (isLocal(host)) notes.passed('config.listening', 'on this machine only');
  else if (hasProxy) notes.passed('config.listening', 'behind an https address');
  else {
    notes.problem('config.listening', 'open', {
      wrong: `It listens on ${host}, and server.public_url names no https address in front of it.`,
    });
  }
}

const OTHERS_READ_OR_WRITE = 0o066;
const OTHERS_WRITE = 0o022;

function modeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mode ?? null;
}

function lookAtPermissions(notes: ConfigNotes, { file, envFile }: ConfigDiagnosis): void {
  const check = 'config.permissions';
  if (process.platform === 'win32') {
    notes.unseen(check, 'Windows keeps permissions another way');
    return;
  }
  const octal = (mode: number) => (mode & 0o777).toString(8);
  const env = modeOf(envFile);
  if (env === null) notes.unseen(check, 'there is none; the secrets come from elsewhere', envFile);
  else if ((env & OTHERS_READ_OR_WRITE) !== 0) {
    notes.problem(check, 'readable', { subject: envFile, wrong: `${envFile} has mode ${octal(env)}.` });
  } else notes.passed(check, `mode ${octal(env)}`, envFile);
  const own = modeOf(file);
  if (own === null) notes.unseen(check, 'it is gone', file);
  else if ((own & OTHERS_WRITE) !== 0) {
    notes.problem(check, 'writable', { subject: file, wrong: `${file} has mode ${octal(own)}.` });
  } else notes.passed(check, `mode ${octal(own)}`, file);
}
