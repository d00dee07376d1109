import { Berth, type Customer } from '../api/berth.ts';
import type { Bench, Sample } from '../bench.ts';
import { BOOT_SECONDS, SIMULATOR } from './boot.ts';
import { LaunchScript } from './by-hand.ts';
import { launched, terminated } from './launched.ts';

export const launch: Bench = {
  name: 'launch',
  about:
    'One launch alone, from `POST /v1/servers` until its operation has succeeded, minus the 6 s that the simulator boots; by ' +
    'hand: a script that calls RunInstances, waits for `running`, sets the record, waits for INSYNC and looks whether it is ready.',
  rounds: 7,
  ours: async (stage) => {
    const berth = await Berth.start(stage, SIMULATOR);
    return { round: () => launchAlone(berth.customer), stop: () => berth.stop() };
  },
  references: {
    'by hand': async () => {
      const script = await LaunchScript.start(SIMULATOR);
      return {
        round: async () => ({ 'added s': (await script.launch()) - BOOT_SECONDS }),
        stop: script.stop,
      };
    },
  },
  goals: [
    // What the script adds to the boot is the simulator's and the SDK's.
    { measure: 'added s', against: 'by hand', by: 'difference', atMost: 0.1 },
  ],
};

async function launchAlone(customer: Customer): Promise<Sample> {
  const { seconds, serverId } = await launched(customer);
  await terminated(customer, serverId);
  return { 'added s': seconds - BOOT_SECONDS };
}
