import type { Bench } from '../bench.ts';
import { BrokerAndDatabase } from './broker-and-database.ts';
import { NpmStart } from './npm-start.ts';

export const start: Bench = {
  name: 'start',
  about:
    'A warm `npm start` (installed, built and started before) until `/readyz` says yes, and what the seven services then have ' +
    'resident, as RSS (what they share counted in each) and as PSS (shared once); alone: RabbitMQ started, then the database.',
  rounds: 5,
  ours: () => NpmStart.prepare(),
  references: { 'broker + database alone': () => BrokerAndDatabase.prepare() },
  goals: [
    { measure: 'seconds', against: 'broker + database alone', atMost: 2.5 },
    { measure: 'services RSS MB', atMost: 1200 },
    { measure: 'services PSS MB' },
  ],
};
