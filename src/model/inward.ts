import { BlockList } from 'node:net';

type Subnet = readonly [network: string, prefix: number];

/** This machine, where it is written as an address. */
const LOOPBACK: readonly Subnet[] = [
  ['127.0.0.0', 8],
  ['::1', 128],
];
/** Where an organisation's own machines are: RFC 1918, 6598 and 4193. */
const PRIVATE: readonly Subnet[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
];
/**
 * Nobody's, or a way round: this network, link-local (also a cloud's metadata), protocol assignments, benchmarks, multicast,
 * reserved; and addresses that carry an IPv4 address inside (NAT64, 6to4, Teredo, IPv4-compatible), which a check of IPv4
 * addresses does not see. https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry
 */
const NEVER: readonly Subnet[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
/** Everything but this machine. */
const ELSEWHERE: readonly Subnet[] = [
  ['0.0.0.0', 2],
  ['64.0.0.0', 3],
  ['96.0.0.0', 4],
  ['112.0.0.0', 5],
  ['120.0.0.0', 6],
  ['124.0.0.0', 7],
  ['126.0.0.0', 8],
  ['128.0.0.0', 1],
];

function listOf(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets)
    list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
  return list;
}

/**
 * Addresses that no socket to a vendor is opened to. `https`: whatever lies inside; `private` lets the organisation's own
 * networks in. `http`: the configuration takes it for this machine alone, so everything else.
 */
export function refusedAddresses(
  protocol: 'http:' | 'https:',
  options: { readonly private: boolean },
): BlockList {
  if (protocol === 'https:') return listOf([...NEVER, ...LOOPBACK, ...(options.private ? [] : PRIVATE)]);
  const list = listOf(ELSEWHERE);
  list.addAddress('::', 'ipv6');
  list.addRange('::2', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ipv6');
  return list;
}

/** A socket was not opened, because its address lies inside. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/** Did a request fail because of its address? Clients wrap what their sockets say. */
export function isAddressRefused(error: unknown): boolean {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1)
    if (one instanceof AddressRefused) return true;
  return false;
}

/**
 * Is an address written as it is read? 2130706433, 0x7f.1 and ①②⑦.0.0.1 are all 127.0.0.1, and a backslash is a slash: who reads
 * a configuration shall see where it leads.
 */
export const isWrittenPlainly = (text: string, { origin }: URL): boolean =>
  text.toLowerCase().startsWith(origin) && !text.includes('\\');
