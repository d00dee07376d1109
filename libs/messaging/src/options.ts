import type { ServiceName } from '@berth/contracts';

export interface BusOptions {
  /** Whose queues are consumed and whose name messages carry. */
  service: ServiceName;
  /** `amqp://user:password@host:port/vhost` */
  amqpUrl: string;
  /** After so long a handler of an event or a command has failed, and its message is tried again; 60 by default. */
  handlerTimeoutSeconds?: number;
}

export const BUS_OPTIONS = Symbol('BUS_OPTIONS');
