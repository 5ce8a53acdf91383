import { z } from 'zod';
import { checkExamples } from '../routing/check-examples.ts';
import { DefaultRule, RoutingTable, Rule } from '../routing/table.ts';
import { approvalFaults } from './approval-checks.ts';
import { canonicalJson } from './config-hash.ts';
import { modulesIn } from './connector-modules.ts';
import { ConnectorSettings, TARGETS } from './connector-settings.ts';
import { formFaults } from './form-checks.ts';
import { MOST_LINK_DOMAINS } from './link-domains.ts';
import { at, entriesAt, listAt } from './raw-settings.ts';
import { schemaFaults } from './schema-faults.ts';
import type { Fault, SettingPath } from './yaml-document.ts';

/**
 * What no single setting can say: names that must exist elsewhere, names that must differ, examples that must hold.
 * It reads the raw data and takes whatever is sound in it, so that it runs beside the errors of the schema.
 */
export function crossChecks(data: unknown, file: string): readonly Fault[] {
  const { modules, faults } = modulesIn(data, file);
  return [
    ...faults,
    ...queueFaults(data, modules),
    ...ruleFaults(data),
    ...nameFaults(data),
    ...targetFaults(data, modules),
    ...exampleFaults(data),
    ...formFaults(data),
    ...repeated(at(data, 'slack', 'channels'), ['slack', 'channels'], 'id', 'workspace'),
    ...repeated(at(data, 'slack', 'channels'), ['slack', 'channels'], 'name', 'workspace'),
    ...repeated(at(data, 'routing', 'rules'), ['routing', 'rules'], 'name'),
    ...sameTitles(data),
    ...sameSites(data),
    ...reservedNames(data),
    ...openInternals(data),
    ...callbacks(data),
    ...homelessChannels(data),
    ...tooManySites(data),
    ...approvalFaults(data),
  ];
}

/** Slack tells an app of the links of so many sites at most. */
function tooManySites(data: unknown): readonly Fault[] {
  if (at(data, 'slack', 'unfurl_links') !== true) return [];
  const hosts = entriesAt(data, 'connectors').flatMap(([, connector]) => {
    const url = at(connector, 'base_url');
    return typeof url === 'string' && URL.canParse(url) ? [new URL(url).hostname] : [];
  });
  if (new Set(hosts).size <= MOST_LINK_DOMAINS) return [];
  const message = `cannot be used with more than ${MOST_LINK_DOMAINS} sites, which is what Slack takes; leave it false`;
  return [{ path: ['slack', 'unfurl_links'], at: 'value', message }];
}

/** Deliveries are told apart by their source, and that name is Slack's. */
function reservedNames(data: unknown): readonly Fault[] {
  const taken = entriesAt(data, 'connectors').some(([name]) => name === 'slack');
  const message = 'is the name of Slack itself; give the connector another one';
  return taken ? [{ path: ['connectors', 'slack'], at: 'key', message }] : [];
}

/** Whoever consents is sent back to us, so the vendor has to know our address. */
function callbacks(data: unknown): readonly Fault[] {
  if (typeof at(data, 'server', 'public_url') === 'string') return [];
  const ofSlack = ['oauth', 'sign_in'].flatMap((key): readonly Fault[] => {
    const message = 'needs server.public_url, because people come back to it from Slack';
    return at(data, 'slack', key) === undefined ? [] : [{ path: ['slack', key], at: 'key', message }];
  });
  const connectors = entriesAt(data, 'connectors').flatMap(([name, connector]): readonly Fault[] => {
    if (at(connector, 'oauth_app') === undefined) return [];
    const message = 'needs server.public_url, because people come back to it from the vendor';
    return [{ path: ['connectors', name, 'oauth_app'], at: 'key', message }];
  });
  return [...ofSlack, ...connectors];
}

/** What agents write among themselves must not open requests, and no requester may read it. */
function openInternals(data: unknown): readonly Fault[] {
  const open = new Set(listAt(data, 'slack', 'channels').map((channel) => at(channel, 'id')));
  return entriesAt(data, 'queues').flatMap(([name, queue]): readonly Fault[] => {
    const channel = at(queue, 'internal_channel');
    if (typeof channel !== 'string' || !open.has(channel)) return [];
    const message = 'is a channel in which people open requests; agents need a private channel of their own';
    return [{ path: ['queues', name, 'internal_channel'], at: 'value', message }];
  });
}

function queueFaults(data: unknown, modules: Modules): readonly Fault[] {
  const connectors = new Map(entriesAt(data, 'connectors'));
  return entriesAt(data, 'queues').flatMap(([name, queue]): readonly Fault[] => {
    const wanted = at(queue, 'connector');
    if (typeof wanted !== 'string') return [];
    if (!connectors.has(wanted)) {
      return [
        unknownName(['queues', name, 'connector'], { wanted, what: 'connector', known: connectors.keys() }),
      ];
    }
    const schema = targetSchema(connectors.get(wanted), modules.get(wanted)?.target);
    return schema === undefined ? [] : schemaFaults(schema, at(queue, 'target'), ['queues', name, 'target']);
  });
}

type Modules = ReturnType<typeof modulesIn>['modules'];

function ruleFaults(data: unknown): readonly Fault[] {
  const queues = new Map(entriesAt(data, 'queues'));
  return destinationsIn(data).flatMap(([path, destination]) => {
    const wanted = at(destination, 'queue');
    if (typeof wanted !== 'string' || queues.has(wanted)) return [];
    return [unknownName([...path, 'queue'], { wanted, what: 'queue', known: queues.keys() })];
  });
}

/** Hours and areas that conditions name. */
function nameFaults(data: unknown): readonly Fault[] {
  const lists = { hours: 'hours', outside_hours: 'hours', area: 'areas' } as const;
  return listAt(data, 'routing', 'rules').flatMap((rule, index) =>
    Object.entries(lists).flatMap(([condition, list]) => {
      const known = new Set(entriesAt(at(data, 'routing'), list).map(([name]) => name));
      const named = at(rule, 'when', condition);
      const path = ['routing', 'rules', index, 'when', condition];
      return (Array.isArray(named) ? named : [named]).flatMap((wanted: unknown): readonly Fault[] =>
        typeof wanted !== 'string' || known.has(wanted)
          ? []
          : [unknownName(path, { wanted, what: list === 'hours' ? 'hours' : 'area', known })],
      );
    }),
  );
}

/** A rule's own target must be sound over that of its queue. */
function targetFaults(data: unknown, modules: Modules): readonly Fault[] {
  const connectors = new Map(entriesAt(data, 'connectors'));
  const queues = new Map(entriesAt(data, 'queues'));
  return destinationsIn(data).flatMap(([path, destination]): readonly Fault[] => {
    const own = at(destination, 'target');
    const queue = queues.get(String(at(destination, 'queue')));
    const connector = String(at(queue, 'connector'));
    if (own === undefined || queue === undefined || !connectors.has(connector)) return [];
    const schema = targetSchema(connectors.get(connector), modules.get(connector)?.target);
    const over = { ...Object(at(queue, 'target')), ...Object(own) };
    return schema === undefined ? [] : schemaFaults(schema, over, [...path, 'target']);
  });
}

function targetSchema(connector: unknown, own: z.ZodType | undefined): z.ZodType | undefined {
  const system = z.enum(['jira', 'servicenow', 'memory']).safeParse(at(connector, 'system'));
  return system.success ? TARGETS[system.data].schema : own;
}

function destinationsIn(data: unknown): readonly (readonly [SettingPath, unknown])[] {
  return [
    ...listAt(data, 'routing', 'rules').map((rule, index) => [['routing', 'rules', index], rule] as const),
    [['routing', 'default'], at(data, 'routing', 'default')],
  ];
}

interface Unknown {
  readonly wanted: string;
  readonly what: string;
  readonly known: Iterable<string>;
}

function unknownName(path: SettingPath, { wanted, what, known }: Unknown): Fault {
  const names = [...known];
  const hint = names.length > 0 ? `there are: ${names.join(', ')}` : `no ${what} is configured`;
  return { path, at: 'value', message: `names the ${what} "${wanted}", which does not exist; ${hint}` };
}

/**
 * Runs the examples on the rules that are sound. A rule that is left out could only have taken an example away, so
 * every failure found here is a failure of the whole table too.
 */
function exampleFaults(data: unknown): readonly Fault[] {
  const sound = listAt(data, 'routing', 'rules').flatMap((raw, index) => {
    const rule = Rule.safeParse(raw);
    return rule.success ? [{ index, rule: rule.data }] : [];
  });
  const fallback = DefaultRule.safeParse(at(data, 'routing', 'default'));
  const around = RoutingTable.pick({ hours: true, areas: true }).safeParse({
    hours: at(data, 'routing', 'hours'),
    areas: at(data, 'routing', 'areas'),
  });
  const table: RoutingTable = {
    ...RoutingTable.parse({ default: NOWHERE }),
    ...around.data,
    rules: sound.map(({ rule }) => rule),
    ...(fallback.success ? { default: fallback.data } : {}),
  };
  return checkExamples(table).map(({ rule, index, takenBy }) => {
    const position = sound.find((each) => each.rule.name === rule)?.index;
    const path = position === undefined ? ['routing', 'default'] : ['routing', 'rules', position];
    const taker = takenBy === 'default' ? 'no rule takes it' : `the rule "${takenBy}" takes it`;
    return {
      path: [...path, 'examples', index],
      at: 'value',
      message: `must be routed by "${rule}", but ${taker}; see deskbridge routes explain`,
    };
  });
}

const NOWHERE = { queue: 'nowhere' };

/** A channel is one workspace's: the others would be asked for what they do not have. */
function homelessChannels(data: unknown): readonly Fault[] {
  if (at(data, 'slack', 'oauth') === undefined) return [];
  const message = 'needs the workspace that has it, because slack.oauth serves several';
  const channels = listAt(data, 'slack', 'channels').flatMap((channel, index): readonly Fault[] =>
    at(channel, 'workspace') === undefined
      ? [{ path: ['slack', 'channels', index, 'id'], at: 'value', message }]
      : [],
  );
  const internal = entriesAt(data, 'queues').flatMap(([name, queue]): readonly Fault[] =>
    typeof at(queue, 'internal_channel') === 'string' && at(queue, 'internal_workspace') === undefined
      ? [{ path: ['queues', name, 'internal_channel'], at: 'value', message }]
      : [],
  );
  return [...channels, ...internal];
}

/** Those of different `within`, where it is said, may be the same. */
function repeated(
  list: unknown,
  path: SettingPath,
  ...[key, within]: readonly [string, string?]
): readonly Fault[] {
  const seen = new Map<string, number>();
  return (Array.isArray(list) ? list : []).flatMap((entry: unknown, index): readonly Fault[] => {
    const own = at(entry, key);
    if (typeof own !== 'string') return [];
    const value = within === undefined ? own : `${String(at(entry, within))} ${own}`;
    const first = seen.get(value);
    if (first === undefined) seen.set(value, index);
    if (first === undefined) return [];
    return [
      {
        path: [...path, index, key],
        at: 'value',
        message: `is the same as in entry ${first + 1}; names and ids must differ`,
      },
    ];
  });
}

function sameTitles(data: unknown): readonly Fault[] {
  const titles = entriesAt(data, 'queues').map(([name, queue]) => ({ name, key: at(queue, 'title') }));
  return sameKeys(titles).map(({ name, first }) => ({
    path: ['queues', name, 'title'],
    at: 'value',
    message: `is also the title of queue "${first}"; people could not tell them apart`,
  }));
}

/** A ticket is known by system, site and id: two connectors to one site would be two owners of one ticket. */
function sameSites(data: unknown): readonly Fault[] {
  const sites = entriesAt(data, 'connectors').map(([name, raw]) => {
    const settings = ConnectorSettings.safeParse(raw);
    const url = settings.success && 'base_url' in settings.data ? URL.parse(settings.data.base_url) : null;
    if (settings.success && settings.data.system === 'module') {
      const { module, settings: own } = settings.data;
      return { name, key: `module ${module} ${canonicalJson(own)}` };
    }
    return {
      name,
      key: settings.success && url !== null ? `${settings.data.system} ${url.host}${url.pathname}` : null,
    };
  });
  return sameKeys(sites).map(({ name, first }) => ({
    path: ['connectors', name, at(data, 'connectors', name, 'system') === 'module' ? 'module' : 'base_url'],
    at: 'value',
    message: `is also the site of connector "${first}"; let several queues use that one connector`,
  }));
}

function sameKeys(entries: readonly { readonly name: string; readonly key: unknown }[]) {
  const firsts = new Map<string, string>();
  return entries.flatMap(({ name, key }) => {
    if (typeof key !== 'string') return [];
    const normal = key.trim().toLowerCase();
    const first = firsts.get(normal);
    if (first === undefined) firsts.set(normal, name);
    return first === undefined ? [] : [{ name, first }];
  });
}
