import { z } from 'zod';
import { request, type RequestContract, type ServiceName } from './message.ts';

/** Whether a service can do its work: the name of every condition, and whether it holds. */
export const ReadinessReport = z.object({ ready: z.boolean(), checks: z.record(z.string(), z.boolean()) });
export type ReadinessReport = z.output<typeof ReadinessReport>;

const Question = z.object({});

/** Asks a service whether it can do its work; its bus transport answers by itself. */
export const readinessOf = (service: ServiceName): RequestContract<typeof Question, typeof ReadinessReport> =>
  request(service, `berth.${service}.readiness.v1`, Question, ReadinessReport, 'public');
