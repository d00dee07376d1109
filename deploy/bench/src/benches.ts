import { listServers } from './api/list-servers.bench.ts';
import { readServer } from './api/read-server.bench.ts';
import type { Bench } from './bench.ts';
import { bus } from './bus/bus.bench.ts';
import { consoleList } from './console/console.bench.ts';
import { event } from './event/event.bench.ts';
import { launchCrowd } from './launch/launch-crowd.bench.ts';
import { launch } from './launch/launch.bench.ts';
import { requestReply } from './request-reply/request-reply.bench.ts';
import { start } from './start/start.bench.ts';

/** In the order in which they run and stand in docs/benchmarks.md. */
export const BENCHES: readonly Bench[] = [
  bus,
  event,
  requestReply,
  readServer,
  listServers,
  launch,
  launchCrowd,
  consoleList,
  start,
];
