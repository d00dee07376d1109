import { readinessOf, type ServiceName } from '@berth/contracts';
import type { Readiness } from '@berth/telemetry';
import type { HandlerEntry } from './handler-table.ts';

export function readinessAnswer(service: ServiceName, readiness: Readiness): [string, HandlerEntry] {
  const contract = readinessOf(service);
  return [contract.type, { contract, options: {}, run: () => readiness.report() }];
}
