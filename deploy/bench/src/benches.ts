import { access } from './access/access.bench.ts';
import { listServers } from './api/list-servers.bench.ts';
import { readServer } from './api/read-server.bench.ts';
import type { Bench } from './bench.ts';
import { closing } from './billing/closing.bench.ts';
import { costs } from './billing/costs.bench.ts';
import { ingest } from './billing/ingest.bench.ts';
import { bus } from './bus/bus.bench.ts';
import { consoleList } from './console/console.bench.ts';
import { event } from './event/event.bench.ts';
import { launchCrowd } from './launch/launch-crowd.bench.ts';
import { launch } from './launch/launch.bench.ts';
import { loginFlood } from './logins/login-flood.bench.ts';
import { loginRefusals } from './logins/login-refusals.bench.ts';
import { logins } from './logins/logins.bench.ts';
import { requestReply } from './request-reply/request-reply.bench.ts';
import { start } from './start/start.bench.ts';

/** In the order in which they run and stand in docs/benchmarks.md. */
export const BENCHES: readonly Bench[] = [
  bus,
  event,
  ingest,
  requestReply,
  readServer,
  listServers,
  access,
  logins,
  loginRefusals,
  loginFlood,
  launch,
  launchCrowd,
  costs,
  closing,
  consoleList,
  start,
];
