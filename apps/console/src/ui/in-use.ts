import type { Quota } from '@berth/contracts';

const COUNT = new Intl.NumberFormat();

/** How much an account may have, and has where that is known, line by line. */
export function inUse(quota: Quota, used: Quota | undefined): [string, string][] {
  const of = (what: keyof Quota, unit = '') => {
    const most = `${COUNT.format(quota[what])}${unit}`;
    return used ? `${COUNT.format(used[what])} of ${most} in use` : most;
  };
  return [
    ['Servers', of('servers')],
    ['vCPU', of('vcpu')],
    ['Disk', of('diskGib', ' GiB')],
  ];
}
