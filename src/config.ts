import { assembleConfig, type Config } from './config/config.ts';
import type { ConfigFile } from './config/config-file.ts';
import { loadConnectorModule } from './config/connector-modules.ts';
import { neededSecrets, readEnvironment, readSecrets, type Variables } from './config/environment.ts';
import { readKeeping } from './config/policy-signatures.ts';
import { ConfigError, type Problem } from './config/problem.ts';
import { readConfigFile } from './config/read-config-file.ts';
import { configuredModel } from './config/routing-model.ts';
import { createSecret, type Secret } from './model/secret.ts';

export type { Config, ConnectorConfig } from './config/config.ts';
export { canonicalJson, configHash } from './config/config-hash.ts';
export { endingSecrets } from './config/ending-secrets.ts';
export { ownForm } from './config/forms.ts';
export { ConfigError } from './config/problem.ts';
export type { JiraAuthConfig, ServiceNowAuthConfig } from './config/sign-ins.ts';

/** The file that is read when none is named. */
export const DEFAULT_CONFIG_FILE = 'deskbridge.yaml';

export interface ConfigSources {
  readonly file: string;
  /** The environment; this process's own when left out. This module is the only one that reads it. */
  readonly env?: Variables;
}

/**
 * A secret that a command is given by the name of a variable, so that it stands in no list of processes.
 * @throws Error when the variable is not set
 */
export function secretFromVariable(name: string, env: Variables = process.env): Secret {
  const value = env[name]?.trim() ?? '';
  if (value !== '') return createSecret(value);
  throw new Error(
    `The variable ${name} is not set. Put the secret there for this one command; nothing was changed.`,
  );
}

/**
 * Reads the configuration file and the environment variables that it names.
 * @throws ConfigError with every problem of both, one line each
 */
export function loadConfig({ file, env = process.env }: ConfigSources): Config {
  const { settings, raw, problems } = readConfigFile(file);
  const environment = readEnvironment(env);
  const { secrets, faults } = readSecrets(raw === undefined ? [] : neededSecrets(raw), env);
  const all: Problem[] = [
    ...problems,
    ...[...environment.faults, ...faults].map(({ name, message }) => ({
      source: 'environment',
      place: null,
      path: name,
      message,
    })),
  ];
  const beside = settings === null ? null : readBeside(file, settings, raw);
  if (beside !== null && !('model' in beside)) all.push(...beside);
  if (
    settings === null ||
    beside === null ||
    !('model' in beside) ||
    environment.value === null ||
    all.length > 0
  )
    throw new ConfigError(all);
  return assembleConfig({
    settings,
    ...beside,
    environment: environment.value,
    hide: createSecret,
    module: (specifier) => loadConnectorModule(file, specifier),
    secret(variable) {
      const secret = secrets.get(variable);
      if (secret === undefined) throw new Error(`The variable ${variable} is needed, but was not checked`);
      return secret;
    },
  });
}

/** What lies in files of its own beside the configuration; or what is wrong with it. */
function readBeside(file: string, settings: ConfigFile, raw: unknown) {
  const model = configuredModel(file, settings.routing);
  const keeping = readKeeping(file, settings, raw);
  if (typeof model !== 'string' && typeof keeping !== 'string') return { model, keeping };
  const problem = (path: string, message: unknown): readonly Problem[] =>
    typeof message === 'string' ? [{ source: file, place: null, path, message }] : [];
  return [...problem('routing.classifier.model', model), ...problem('approvals.signatures', keeping)];
}
