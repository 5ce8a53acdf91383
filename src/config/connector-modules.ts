import { createRequire } from 'node:module';
import path from 'node:path';
import { type ConnectorModule, isConnectorModule } from '../connectors/connector-module.ts';
import { at, entriesAt } from './raw-settings.ts';
import { schemaFaults } from './schema-faults.ts';
import type { Fault } from './yaml-document.ts';

/**
 * The connector behind `module`: a path as seen from the configuration file, or the name of a package there. Loading it
 * runs its code with all rights of this process.
 * @throws Error that says what is wrong with it
 */
export function loadConnectorModule(file: string, specifier: string): ConnectorModule {
  const loaded: unknown = createRequire(path.resolve(file))(specifier);
  const found =
    typeof loaded === 'object' && loaded !== null && 'connector' in loaded ? loaded.connector : null;
  if (isConnectorModule(found)) return found;
  throw new Error('it exports no `connector` that defineConnector made');
}

/** The modules that a raw configuration names, by connector; `null` for one that cannot be loaded. */
export function modulesIn(data: unknown, file: string) {
  const modules = new Map<string, ConnectorModule | null>();
  const faults: Fault[] = [];
  for (const [name, settings] of entriesAt(data, 'connectors')) {
    const specifier = at(settings, 'module');
    if (at(settings, 'system') !== 'module' || typeof specifier !== 'string') continue;
    try {
      const found = loadConnectorModule(file, specifier);
      modules.set(name, found);
      faults.push(...moduleFaults(name, settings, found));
    } catch (error) {
      modules.set(name, null);
      const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      const message = `cannot be used as a connector: ${why}; see docs/add-a-connector.md`;
      faults.push({ path: ['connectors', name, 'module'], at: 'value', message });
    }
  }
  return { modules, faults };
}

/** What is wrong with the settings of one, as far as its own schema and its secrets go. */
function moduleFaults(name: string, settings: unknown, found: ConnectorModule): readonly Fault[] {
  const path = ['connectors', name];
  const wanted = found.secrets.map((secret) => `${secret}_env`);
  const named = entriesAt(settings, 'secrets').map(([key]) => key);
  return [
    ...schemaFaults(found.settings, at(settings, 'settings') ?? {}, [...path, 'settings']),
    ...wanted
      .filter((key) => !named.includes(key))
      .map(
        (key): Fault => ({
          path: [...path, 'secrets'],
          at: 'key',
          message: `lacks ${key}: the name of the variable with a secret that this connector needs`,
        }),
      ),
    ...named
      .filter((key) => !wanted.includes(key))
      .map(
        (key): Fault => ({
          path: [...path, 'secrets', key],
          at: 'key',
          message: `is no secret of this connector; there are: ${wanted.join(', ') || 'none'}`,
        }),
      ),
  ];
}
