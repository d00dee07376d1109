import type { ServiceName } from '@berth/contracts';

export interface BusOptions {
  /** Whose queues are consumed and whose name messages carry. */
  service: ServiceName;
  /** `amqp://user:password@host:port/vhost` */
  amqpUrl: string;
}

export const BUS_OPTIONS = Symbol('BUS_OPTIONS');
