import { BlockList, isIPv6 } from 'node:net';

/** By the networks of an answer of accounts, which serves many requests. */
const lists = new WeakMap<readonly string[], BlockList>();

/**
 * Whether an address lies in one of these addresses and networks; without any it may be anywhere. IPv4 that has come in by an
 * IPv6 socket (`::ffff:192.0.2.1`) counts as IPv4. What is no address lies in none.
 */
export function liesIn(networks: readonly string[] | undefined, address: string): boolean {
  if (!networks?.length) return true;
  const list = lists.get(networks) ?? listOf(networks);
  lists.set(networks, list);
  return list.check(address, familyOf(address));
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', prefix] = network.split('/');
    if (prefix === undefined) list.addAddress(base, familyOf(base));
    else list.addSubnet(base, Number(prefix), familyOf(base));
  }
  return list;
}

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');
