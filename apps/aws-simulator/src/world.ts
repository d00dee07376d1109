import type { VirtualClock } from './clock.ts';
import type { Config } from './config.ts';
import type { Counters } from './counters.ts';
import type { Delays } from './delays.ts';
import type { Instances } from './ec2/instances.ts';
import type { Network } from './ec2/network.ts';
import type { Volumes } from './ec2/volumes.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Zones } from './route53/zones.ts';
import type { Notifications } from './sns/notifications.ts';
import type { Store } from './store.ts';
import type { Throttle } from './throttle.ts';

/** Everything there is in the simulated world, and what drives it. Put together in simulator.ts. */
export interface World {
  config: Config;
  store: Store;
  clock: VirtualClock;
  random: Random;
  delays: Delays;
  faults: Faults;
  throttle: Throttle;
  counters: Counters;
  network: Network;
  volumes: Volumes;
  instances: Instances;
  zones: Zones;
  notifications: Notifications;
}
