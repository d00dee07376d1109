import type { Fault } from './fault.ts';

/** SNS, as EC2's state events and the agents' reports come by it. */
const notifications = (name: string, weight: number, faults: Readonly<Record<string, number>>): Fault => ({
  name: `SNS: ${name}`,
  weight,
  lastsSeconds: [5, 40],
  strike: ({ aws }, random) =>
    aws.suffer({ notifications: { source: random.pick(['ec2', 'agent', 'both']), ...faults } }),
});

export const NOTIFICATION_FAULTS = [
  notifications('all lost', 2, { drop: 1 }),
  notifications('half lost', 3, { drop: 0.5 }),
  notifications('five times', 3, { duplicate: 0.7, copies: 5, reorder: 0.5 }),
  notifications('out of order', 3, { reorder: 0.7 }),
  notifications('an hour late', 3, { delay: 0.6, delaySeconds: 3_600 }),
] as const;
