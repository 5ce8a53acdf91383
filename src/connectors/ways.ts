import { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, Dispatcher1Wrapper } from 'undici';
import { AddressRefused, refusedAddresses } from '../model/inward.ts';
import type { Way } from '../model/io.ts';

export interface WayOptions {
  readonly privateAddresses?: boolean;
  /** Instead of the system's resolver. */
  readonly lookup?: LookupFunction;
}

const refused = (host: string) =>
  new AddressRefused(`"${host}" leads to an address that nothing is sent to from here`);

const isRefused = (list: BlockList, address: string) =>
  list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Asks the resolver for a socket and looks at what it says: a name may mean another address each time, so nobody looks it up
 * before. One address inside spoils the others. (Node's own `blockList` of a socket does not hold for TLS.)
 */
function checkedLookup(list: BlockList, lookup: LookupFunction): LookupFunction {
  return (host, options, callback) =>
    lookup(host, options, (error, found, family) => {
      if (error !== null) return callback(error, found, family);
      const all = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      return all.some((address) => isRefused(list, address))
        ? callback(refused(host), '', 0)
        : callback(null, found, family);
    });
}

type FetchDispatcher = Way['dispatcher'];

const isForFetch = (made: unknown): made is FetchDispatcher =>
  typeof made === 'object' && made !== null && 'dispatch' in made && typeof made.dispatch === 'function';

/** Node's fetch, with types of its own, speaks to dispatchers as older versions of undici did. */
function createDispatcher(lookup: LookupFunction): FetchDispatcher {
  const made: unknown = new Dispatcher1Wrapper(new Agent({ connect: { lookup } }));
  if (!isForFetch(made)) throw new Error('This version of undici makes no dispatchers for fetch');
  return made;
}

type Protocol = Parameters<typeof refusedAddresses>[0];

function createWay(protocol: Protocol, options: WayOptions) {
  const list = refusedAddresses(protocol, { private: options.privateAddresses ?? false });
  const lookup = checkedLookup(list, options.lookup ?? systemLookup);
  // As Node's own agents are made.
  const agent = { lookup, keepAlive: true, scheduling: 'lifo', timeout: 5000 } as const;
  const way: Way = {
    dispatcher: createDispatcher(lookup),
    httpAgent: new HttpAgent(agent),
    httpsAgent: new HttpsAgent(agent),
  };
  return { list, way };
}

/** The ways out of one process, each made when it is first taken. */
export function createWays(options: WayOptions): (url: URL) => Way {
  const made = new Map<Protocol, ReturnType<typeof createWay>>();
  return (url) => {
    const protocol = url.protocol === 'http:' ? 'http:' : 'https:';
    const { list, way } = made.get(protocol) ?? createWay(protocol, options);
    made.set(protocol, { list, way });
    // No resolver is asked for an address, so this is the only look at it.
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && isRefused(list, host)) throw refused(host);
    return way;
  };
}
