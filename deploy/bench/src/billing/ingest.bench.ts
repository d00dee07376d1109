import type { Bench } from '../bench.ts';
import * as berth from './ingest-berth.ts';
import * as byHand from './ingest-by-hand.ts';

const BY_HAND = 'amqplib and driver by hand';

export const ingest: Bench = {
  name: 'ingest',
  about:
    'State events of 100 servers that are launched, paused, resumed and terminated within four hours, from the queue → facts, intervals, usage records by the hour, sums of the month, ledger, ' +
    'outbox and inbox in one transaction with those that come meanwhile → records published, billing in a process of its own; against inserting the same rows under the same indexes by hand, all of them known beforehand, in a transaction for each event.',
  rounds: 7,
  ours: berth.open,
  references: { [BY_HAND]: byHand.open },
  goals: [{ measure: 'events/s', against: BY_HAND, atLeast: 0.8 }],
};
