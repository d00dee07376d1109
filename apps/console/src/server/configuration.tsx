import { Code, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Server } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { Facts } from '../ui/facts.tsx';
import { money } from '../ui/money.ts';
import { Moment } from '../ui/moment.tsx';
import { billedNow } from './billed.ts';
import { Card } from './card.tsx';

/** What was ordered, in the catalog's words where it has them. */
export function Configuration({ server }: { server: Server }) {
  const { data: catalog } = useQuery(reading(calls.catalog()));
  const product = catalog?.products.find(({ id }) => id === server.product);
  const size = catalog?.sizes.find(({ id }) => id === server.size);
  const region = catalog?.regions.find(({ id }) => id === server.region);
  return (
    <Card title="Configuration">
      <Facts
        of={[
          ['Product', product?.name ?? server.product],
          ['Version', server.version],
          ['Size', size ? `${size.name}: ${size.vcpu} vCPU, ${size.memoryGib} GiB of memory` : server.size],
          ['Disk', `${server.diskGib} GiB`],
          ['Region', region?.name ?? server.region],
          ['Zone', server.zone ?? 'Not placed yet'],
          ['IP address', server.ip ?? 'None at the moment'],
          ['Launched', <Moment key="at" at={server.createdAt} />],
          ['Id', <Code key="id">{server.id}</Code>],
        ]}
      />
    </Card>
  );
}

const BILLED = {
  compute_and_disk: 'Billed now: compute and disk.',
  disk: 'Billed now: the disk alone.',
  nothing: 'Nothing is billed now.',
} as const;

/** What it costs as it is, and what it costs while it is paused. */
export function Price({ server }: { server: Server }) {
  const { currency, perHour, perMonth, pausedPerMinute } = server.price;
  const each = (hour: string | number, month: string | number) => (
    <>
      {money(hour, currency)} / hour
      <br />
      {money(month, currency)} / month
    </>
  );
  const paused = Number(pausedPerMinute) * 60;
  return (
    <Card title="Price">
      <Facts
        of={[
          ['Running', each(perHour, perMonth)],
          ['Paused', each(paused, paused * 730)],
        ]}
      />
      <Text size="sm" c="dimmed">
        {BILLED[billedNow(server)]}
      </Text>
    </Card>
  );
}
