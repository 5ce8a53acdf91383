import type { z } from 'zod';
import type { ConnectorId } from '../model/ids.ts';
import type { Io } from '../model/io.ts';
import type { Log } from '../model/log.ts';
import type { Secret } from '../model/secret.ts';
import type { Connector } from './connector.ts';

/** What a connector is built from. */
export interface Given<Settings, SecretName extends string> {
  readonly id: ConnectorId;
  /** What stands below `settings` in the configuration, as its schema gives it. */
  readonly settings: Settings;
  /** Every name that was declared is there. */
  secret(name: SecretName): Secret;
  /** Null: every hook is refused. */
  readonly hookSecret: string | null;
  /** The only way to the world outside. */
  readonly io: Io;
  readonly log: Log;
}

interface Definition<Settings extends z.ZodType, SecretName extends string> {
  /** Checked before anything starts; problems are told with their place in the file. */
  readonly settings: Settings;
  /** `token` is `secrets: { token_env: SOME_VARIABLE }` in the configuration. */
  readonly secrets: readonly SecretName[];
  /** What a queue says about where its tickets land. */
  readonly target: z.ZodType;
  connect(given: Given<z.infer<Settings>, SecretName>): Connector;
}

/** A connector from outside of this program: what its file exports as `connector`, made by `defineConnector`. */
export interface ConnectorModule extends Omit<Definition<z.ZodType, string>, 'connect'> {
  connect(given: Given<unknown, string>): Connector;
}

export function defineConnector<const Settings extends z.ZodType, const SecretName extends string>(
  definition: Definition<Settings, SecretName>,
): ConnectorModule {
  return {
    ...definition,
    connect: (given) => definition.connect({ ...given, settings: definition.settings.parse(given.settings) }),
  };
}

const isSchema = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  'safeParse' in value &&
  typeof value.safeParse === 'function';

/** Is this what `defineConnector` made? By its shape, because it may be another copy of this file that made it. */
export function isConnectorModule(value: unknown): value is ConnectorModule {
  if (typeof value !== 'object' || value === null) return false;
  if (!('settings' in value && 'target' in value && 'secrets' in value && 'connect' in value)) return false;
  const { settings, target, secrets, connect } = value;
  return isSchema(settings) && isSchema(target) && Array.isArray(secrets) && typeof connect === 'function';
}
