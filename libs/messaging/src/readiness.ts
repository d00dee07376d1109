import { request, type RequestContract, type ServiceName } from '@berth/contracts';
import type { Readiness } from '@berth/telemetry';
import { z } from 'zod';
import type { HandlerEntry } from './handler-table.ts';

const Report = z.object({ ready: z.boolean(), checks: z.record(z.string(), z.boolean()) });
const Question = z.object({});

/** Asks a service whether it can do its work; its transport answers by itself, with its `Readiness` report. */
export const readinessOf = (service: ServiceName): RequestContract<typeof Question, typeof Report> =>
  request(service, `berth.${service}.readiness.v1`, Question, Report);

export function readinessAnswer(service: ServiceName, readiness: Readiness): [string, HandlerEntry] {
  const contract = readinessOf(service);
  return [contract.type, { contract, options: {}, run: () => readiness.report() }];
}
