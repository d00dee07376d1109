import type { Limits, Quota } from '@berth/contracts';

const COUNT = new Intl.NumberFormat();

/** How much an account may have, and has where that is known, line by line. */
export function inUse(quota: Quota, limits: Limits | undefined): [string, string][] {
  const of = (what: keyof Quota, unit = '') => {
    const most = `${COUNT.format((limits?.limits ?? quota)[what])}${unit}`;
    return limits ? `${COUNT.format(limits.used[what])} of ${most} in use` : most;
  };
  return [
    ['Servers', of('servers')],
    ['vCPU', of('vcpu')],
    ['Disk', of('diskGib', ' GiB')],
  ];
}
