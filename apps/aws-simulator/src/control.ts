import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { costReport, deliverCostReport, Delivery } from './cost-report/cost-report.ts';
import { mustBe } from './ec2/instances.operations.ts';
import { AwsError } from './errors.ts';
import { FaultScript } from './faults.ts';
import type { LandingZone } from './landing-zone.ts';
import type { Fauxqs } from './sns/fauxqs.ts';
import { instanceState, stateOf } from './state.ts';
import type { World } from './world.ts';

const HOLD_SECONDS = 25;

const Advance = z.strictObject({
  advanceSeconds: z
    .number()
    .positive()
    .max(10 * 366 * 86_400),
});
const Kill = z.strictObject({ leaves: z.enum(['stopped', 'terminated', 'impaired']).default('stopped') });

type Route = (request: { search: URLSearchParams; body: unknown; id: string }) => unknown;

/** `/_sim/…`: the simulator's own API, for tests and local runs; JSON in and out, but for the report of costs. */
export function controlService(world: World, landingZone: LandingZone, fauxqs: Fauxqs) {
  const { clock, counters, faults, instances, store } = world;

  const live = (id: string) => {
    const instance = instances.table.get(id);
    if (!instance) throw new AwsError('InvalidInstanceID.NotFound', `There is no instance ${id}`, 404);
    mustBe(instance, ['running'], 'killed or shut down');
    return instance;
  };

  const routes: Record<string, Route> = {
    'GET /_sim/landing-zone': () => landingZone,
    'GET /_sim/state': () => stateOf(world),
    'GET /_sim/instances': () => ({ instances: instances.remembered().map(instanceState) }),
    'GET /_sim/counters': () => counters.report(),
    'DELETE /_sim/counters': () => {
      counters.clear();
      return {};
    },
    'GET /_sim/clock': async ({ search }) => {
      const after = search.get('after');
      if (after !== null) await clock.offsetChange(z.coerce.number().parse(after), HOLD_SECONDS);
      return { offsetMilliseconds: clock.offsetMilliseconds };
    },
    'POST /_sim/clock': ({ body }) => {
      clock.advance(Advance.parse(body).advanceSeconds);
      return { offsetMilliseconds: clock.offsetMilliseconds };
    },
    'GET /_sim/faults': () => faults.script,
    'PUT /_sim/faults': ({ body }) => {
      faults.replace(FaultScript.parse(body));
      return faults.script;
    },
    'DELETE /_sim/faults': () => {
      faults.clear();
      return faults.script;
    },
    'GET /_sim/cost-report': ({ search }) => costReport(world, search.get('month') ?? ''),
    'POST /_sim/cost-report': ({ body }) => deliverCostReport(world, fauxqs, Delivery.parse(body)),
    'POST /_sim/instances/{id}/kill': ({ id, body }) => {
      const { leaves } = Kill.parse(body);
      instances.kill(live(id), leaves);
      return {};
    },
    'POST /_sim/instances/{id}/stop-inside': ({ id }) => {
      instances.stopInside(live(id));
      return {};
    },
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const id = /^\/_sim\/instances\/([^/]+)\//.exec(url.pathname)?.[1] ?? '';
    const route = routes[`${request.method} ${url.pathname.replace(id || /^$/, '{id}')}`];
    try {
      if (!route)
        throw new AwsError('NotFound', `The simulator has no ${request.method} ${url.pathname}`, 404);
      const answer = await route({ search: url.searchParams, body: await bodyOf(request), id });
      store.commit();
      if (answer instanceof Readable) await sendCsv(response, answer);
      else send(response, 200, answer);
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      const { status, ...problem } = problemOf(error);
      send(response, status, problem);
    }
  };
}

/** An order may come without a body. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const body = await text(request);
  if (body === '') return {};
  // Without this a web page could send orders: browsers send JSON elsewhere only after asking.
  if (!request.headers['content-type']?.startsWith('application/json')) {
    throw new AwsError('UnsupportedMediaType', 'JSON only', 415);
  }
  return JSON.parse(body);
}

function problemOf(error: unknown): { status: number; code: string; detail: string } {
  if (error instanceof AwsError) return { status: error.status, code: error.code, detail: error.message };
  if (error instanceof z.ZodError) return { status: 422, code: 'invalid', detail: z.prettifyError(error) };
  if (error instanceof SyntaxError) return { status: 400, code: 'malformed_json', detail: error.message };
  console.error(error);
  return { status: 500, code: 'internal_error', detail: 'see the log of the simulator' };
}

async function sendCsv(response: ServerResponse, lines: Readable): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' });
  await pipeline(lines, response);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
