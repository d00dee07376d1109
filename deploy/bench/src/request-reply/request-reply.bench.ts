import type { Bench } from '../bench.ts';
import * as amqplib from './amqplib.ts';
import * as berth from './berth.ts';
import * as nest from './nest.ts';

const AS_SHIPPED = "Nest's RMQ transport";
const NO_DELAY = "Nest's with noDelay";
const ALONE = 'ms, 1 at a time';
const PAGE = 'ms, 1 at a time, 4 kB';
const MANY = 'requests/s, 64 at once';

export const requestReply: Bench = {
  name: 'request-reply',
  about:
    'Request and reply of 1 kB (a page of a list: 4 kB), who asks and who answers in processes of their own.',
  rounds: 7,
  ours: berth.inProcess,
  references: {
    'amqplib by hand': amqplib.inProcess,
    [AS_SHIPPED]: nest.asShipped,
    [NO_DELAY]: nest.withNoDelay,
  },
  goals: [
    { measure: ALONE, against: 'amqplib by hand', atMost: 1.3 },
    { measure: ALONE, against: AS_SHIPPED },
    { measure: ALONE, against: NO_DELAY },
    { measure: PAGE, against: 'amqplib by hand' },
    { measure: PAGE, against: AS_SHIPPED },
    { measure: MANY, against: 'amqplib by hand' },
    { measure: MANY, against: AS_SHIPPED, atLeast: 1.5 },
    { measure: MANY, against: NO_DELAY },
  ],
};
