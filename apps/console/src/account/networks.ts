const MOST = 20;

/** Why the API would refuse these as the networks a token may be used from, or null. */
export function problemOf(networks: readonly string[]): string | null {
  if (networks.length > MOST) return `At most ${MOST} networks`;
  const wrong = networks.find((network) => !isNetwork(network));
  return wrong === undefined ? null : `“${wrong}”: an IP address or a network, such as 192.0.2.0/24`;
}

/** An address, or a network in CIDR notation. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  if (more.length > 0) return false;
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : undefined;
  if (bits === undefined) return false;
  return prefix === undefined || (/^(0|[1-9]\d*)$/.test(prefix) && Number(prefix) <= bits);
}

const isIPv4 = (text: string) =>
  /^(\d+\.){3}\d+$/.test(text) &&
  text.split('.').every((part) => /^(0|[1-9]\d*)$/.test(part) && Number(part) <= 255);

const isIPv6 = (text: string) => /^[0-9a-f:]+$/i.test(text) && URL.canParse(`http://[${text}]`);
