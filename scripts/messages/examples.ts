import type { InputOf, UsageRecorded } from '@berth/contracts';

const record: InputOf<typeof UsageRecorded> = {
  id: 'srv_01k9zv6a4hej8vdkt2m5r3b7wq/compute/2026-11-22T10:00:00.000Z/1',
  accountId: 'acc_01k9zv5x2qf3hbm8r0y6cdn4ge',
  serverId: 'srv_01k9zv6a4hej8vdkt2m5r3b7wq',
  meter: 'compute',
  product: 'web',
  region: 'eu-central-1',
  size: 'small',
  from: '2026-11-22T10:00:00.000Z',
  to: '2026-11-22T11:00:00.000Z',
  quantity: 60,
  unit: 'minute',
  revision: 1,
  reverses: null,
  openedBy: 5,
  closedBy: null,
  recordedAt: '2026-11-22T11:00:10.004Z',
};

/** What a billing system outside reads on `berth.usage`. */
export const usageExamples: { name: string; summary: string; payload: InputOf<typeof UsageRecorded> }[] = [
  { name: 'hour', summary: 'A server ran through a whole hour, and goes on.', payload: record },
  {
    name: 'reversal',
    summary:
      'It became known late that it had been paused: the record is taken back, and revision 2 follows.',
    payload: {
      ...record,
      id: `${record.id}/reversal`,
      quantity: -60,
      reverses: record.id,
      recordedAt: '2026-11-22T11:04:51.377Z',
    },
  },
];
