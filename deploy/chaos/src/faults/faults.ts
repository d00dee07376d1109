import { BROKER_FAULTS } from './broker.ts';
import { CLOCK_FAULTS } from './clocks.ts';
import { DATABASE_FAULTS } from './database.ts';
import { DNS_FAULTS } from './dns.ts';
import { EC2_FAULTS } from './ec2.ts';
import type { Fault } from './fault.ts';
import { NOTIFICATION_FAULTS } from './notifications.ts';
import { PROCESS_FAULTS } from './processes.ts';

/** All that the world does; customers and staff do the rest. */
export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...BROKER_FAULTS,
  ...DATABASE_FAULTS,
  ...EC2_FAULTS,
  ...NOTIFICATION_FAULTS,
  ...DNS_FAULTS,
  ...CLOCK_FAULTS,
];
