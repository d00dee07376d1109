import type { Bench } from '../bench.ts';
import * as berth from './berth.ts';
import * as byHand from './by-hand.ts';

const BY_HAND = 'amqplib and driver by hand';

export const event: Bench = {
  name: 'event',
  about:
    'Event: state and outbox in one transaction → confirm → handler and inbox in one transaction → ack, 1 kB, quorum queue, 50 senders at once, sender and receiver in processes of their own.',
  rounds: 7,
  ours: berth.inProcess,
  references: { [BY_HAND]: byHand.inProcess },
  goals: [{ measure: 'events/s', against: BY_HAND, atLeast: 0.8 }],
};
