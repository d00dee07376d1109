import type { Bench } from '../bench.ts';
import * as amqplib from './amqplib.ts';
import * as berth from './berth.ts';
import * as nest from './nest.ts';

export const bus: Bench = {
  name: 'bus',
  about:
    'Bus without database: publish with confirm → handler → ack, 1 kB, quorum queue, 200 in flight, the same CloudEvents headers, one process per side.',
  rounds: 7,
  ours: berth.inProcess,
  references: { 'amqplib by hand': amqplib.inProcess, "Nest's RMQ transport": nest.inProcess },
  goals: [
    { measure: 'messages/s', against: 'amqplib by hand', atLeast: 0.9 },
    { measure: 'messages/s', against: "Nest's RMQ transport" },
  ],
};
