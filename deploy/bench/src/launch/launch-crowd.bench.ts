import { Berth, Customer } from '../api/berth.ts';
import type { Bench, Sample } from '../bench.ts';
import { median } from '../statistics.ts';
import { allowanceWaits } from './allowance.ts';
import { BOOT_SECONDS, SIMULATOR } from './boot.ts';
import { launched, terminated } from './launched.ts';

const REGIONS = ['eu-central-1', 'us-east-1', 'ca-central-1'];
/** A new account may have 20 servers. */
const ACCOUNTS = 5;
const PER_ACCOUNT = 20;

export const launchCrowd: Bench = {
  name: 'launch-100',
  about:
    '100 launches at once, of 5 accounts and in 3 regions: the median from `POST` until the operation has succeeded, minus the 6 s ' +
    'that the simulator boots and minus the least wait that RunInstances’ allowance (5 at once, then 2/s per region) leaves each.',
  rounds: 5,
  ours: async (stage) => {
    const berth = await Berth.start(stage, SIMULATOR);
    const customers: Customer[] = [];
    for (let count = 0; count < ACCOUNTS; count++) customers.push(await Customer.of(berth.system.url));
    return { round: () => launchCrowdOf(customers), stop: () => berth.stop() };
  },
  references: {},
  goals: [
    { measure: 'added s', atMost: 1 },
    { measure: 'accepted s, median' },
    { measure: 'accepted s, last' },
  ],
};

async function launchCrowdOf(customers: readonly Customer[]): Promise<Sample> {
  const crowd = customers.flatMap((customer) => Array.from({ length: PER_ACCOUNT }, () => customer));
  const launches = await Promise.all(
    crowd.map(async (customer, index) => {
      const region = REGIONS[index % REGIONS.length] ?? '';
      return { customer, region, ...(await launched(customer, { region })) };
    }),
  );
  await Promise.all(launches.map(({ customer, serverId }) => terminated(customer, serverId)));
  const accepted = launches.map(({ acceptedSeconds }) => acceptedSeconds);
  const added = REGIONS.flatMap((region) =>
    beyondAllowance(launches.filter((launch) => launch.region === region).map(({ seconds }) => seconds)),
  );
  return {
    'added s': median(added),
    'accepted s, median': median(accepted),
    'accepted s, last': Math.max(...accepted),
  };
}

/** What of each launch of one region is neither the boot nor EC2's allowance: the n-th to run had the n-th call. */
function beyondAllowance(seconds: readonly number[]): number[] {
  const waits = allowanceWaits(seconds.length);
  return seconds.toSorted((a, b) => a - b).map((total, place) => total - BOOT_SECONDS - (waits[place] ?? 0));
}
