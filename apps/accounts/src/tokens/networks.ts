import { BlockList, isIPv6 } from 'node:net';

/** Whether every address of a network (or the one address that it names) lies in one of these networks. */
export function isWithin(network: string, networks: readonly string[]): boolean {
  const [base, prefix] = partsOf(network);
  return networks.some((other) => {
    const [otherBase, otherPrefix] = partsOf(other);
    if (isIPv6(base) !== isIPv6(otherBase) || prefix < otherPrefix) return false;
    const family = isIPv6(base) ? 'ipv6' : 'ipv4';
    const list = new BlockList();
    list.addSubnet(otherBase, otherPrefix, family);
    return list.check(base, family);
  });
}

function partsOf(network: string): [base: string, prefix: number] {
  const [base = '', prefix] = network.split('/');
  return [base, Number(prefix ?? (isIPv6(base) ? 128 : 32))];
}
