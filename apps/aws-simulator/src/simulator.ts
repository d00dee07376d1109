import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from './boot/agent.ts';
import { instanceListener } from './boot/listener.ts';
import { VirtualClock } from './clock.ts';
import type { Config } from './config.ts';
import { Counters } from './counters.ts';
import { delaysOf } from './delays.ts';
import { Instances } from './ec2/instances.ts';
import { Network } from './ec2/network.ts';
import { Volumes } from './ec2/volumes.ts';
import { Faults } from './faults.ts';
import { ensureLandingZone } from './landing-zone.ts';
import { Random } from './random.ts';
import { Zones } from './route53/zones.ts';
import { awsEndpoint } from './server.ts';
import { Fauxqs } from './sns/fauxqs.ts';
import { Notifications } from './sns/notifications.ts';
import { Store } from './store.ts';
import { Throttle } from './throttle.ts';
import type { World } from './world.ts';

export interface Simulator {
  /** Of all services, `http://127.0.0.1:4566`. */
  endpoint: string;
  instancePort: number;
  stop(): Promise<void>;
}

/** Longer than any client keeps an idle connection: else a request could meet its closing. */
const KEEP_ALIVE_MILLISECONDS = 120_000;

/** @throws Error when a port or the state folder is in use */
export async function startSimulator(config: Config): Promise<Simulator> {
  const store = new Store(config.stateFolder);
  const fauxqs = await Fauxqs.start({ folder: config.stateFolder, region: config.regions[0] });
  const world = worldOf(config, store, fauxqs);
  const listener = instanceListener(world);
  const aws = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLISECONDS });
  const stop = async () => {
    world.clock.stop();
    for (const server of [aws, listener]) {
      server.close();
      server.closeAllConnections();
    }
    await fauxqs.stop();
    store.close();
  };
  try {
    await listen(listener, config.instancePort, '0.0.0.0');
    await listen(aws, config.awsPort, '127.0.0.1');
  } catch (error) {
    await stop();
    throw error;
  }
  const endpoint = `http://127.0.0.1:${portOf(aws)}`;
  const landingZone = ensureLandingZone(world, fauxqs, endpoint);
  store.commit();
  aws.on('request', awsEndpoint(world, fauxqs, landingZone));
  world.clock.start();
  return { endpoint, instancePort: portOf(listener), stop };
}

function worldOf(config: Config, store: Store, fauxqs: Fauxqs): World {
  const clock = new VirtualClock(store);
  const random = new Random(store, config.seed);
  const delays = delaysOf({ random, speed: config.speed });
  const faults = new Faults(store, random);
  const throttle = new Throttle(clock, config);
  const counters = new Counters(clock, throttle);
  const notifications = new Notifications({ clock, random, faults, fauxqs });
  const network = new Network({ store, random, regions: config.regions });
  const volumes = new Volumes({ store, clock, random, delays });
  const zones = new Zones({ store, clock, random, delays });
  const agent = new Agent({ store, volumes, clock, random, faults, notifications });
  const instances = new Instances({ store, clock, random, delays, config, volumes, agent, notifications });
  return {
    config,
    store,
    clock,
    random,
    delays,
    faults,
    throttle,
    counters,
    network,
    volumes,
    instances,
    zones,
    notifications,
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
