import type { ServiceName } from '@berth/contracts';
import type { PassportKeys } from './passports/keys.ts';

export interface BusOptions {
  /** Whose queues are consumed and whose name messages carry. */
  service: ServiceName;
  /** `amqp://user:password@host:port/vhost`, or those of a cluster's nodes, separated by commas. */
  amqpUrl: string;
  /** With what accounts signs passports; undefined: requests are answered without one. */
  passportKeys?: PassportKeys | undefined;
  /** After so long a handler of an event or a command has failed, and its message is tried again; 60 by default. */
  handlerTimeoutSeconds?: number;
  /** How long a stop waits for handlers; 25 by default. */
  drainTimeoutSeconds?: number;
  /** How long a failed message waits before its second attempt, its third, …; 1, 10, 60 and 600 by default. The last counts for all further ones. */
  retryDelaysSeconds?: readonly number[];
}

/** MongoDB ends a transaction after so long: what a handler does later could not be committed anyway. */
const HANDLER_TIMEOUT_SECONDS = 60;

export const handlerTimeoutSeconds = (options: BusOptions): number =>
  options.handlerTimeoutSeconds ?? HANDLER_TIMEOUT_SECONDS;

const RETRY_DELAYS_SECONDS = [1, 10, 60, 600];

export const retryDelaysSeconds = (options: BusOptions): readonly number[] =>
  options.retryDelaysSeconds ?? RETRY_DELAYS_SECONDS;

const PATIENCE_SECONDS = 9;

/** How long a start waits for the broker before the process says so and ends. */
export const busPatienceSeconds = (): number =>
  Number(process.env['BERTH_BUS_PATIENCE_SECONDS'] ?? PATIENCE_SECONDS);

export const BUS_OPTIONS = Symbol('BUS_OPTIONS');
