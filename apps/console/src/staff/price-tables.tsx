import { NativeSelect, Stack, Text, Title } from '@mantine/core';
import type { BookedPrice, Meter, OfferedCatalog, Price } from '@berth/contracts';
import { useState } from 'react';
import { METERS, metersOf } from '../ui/meters.ts';
import { Moment } from '../ui/moment.tsx';
import { money } from '../ui/money.ts';
import { priceText, pricedThing } from '../ui/price.ts';
import { WideRow, WideTable } from '../ui/wide-table.tsx';
import { announced, currenciesOf, priceAt } from './prices.ts';

interface Props extends Pick<OfferedCatalog, 'sizes' | 'regions'> {
  prices: readonly (Price | BookedPrice)[];
}

const MINUTES_OF_A_MONTH = 730 * 60;

/** What everything costs in one currency, and what is announced in it. */
export function PriceTables({ sizes, regions, prices }: Props) {
  const [now] = useState(Date.now);
  const currencies = currenciesOf(prices);
  const [picked, setPicked] = useState(currencies[0] ?? '');
  const currency = currencies.includes(picked) ? picked : (currencies[0] ?? '');
  const figure = (meter: Meter, size: string | null, region: string, minutes: number) => {
    const row = priceAt(prices, { meter, size, region, currency }, now);
    return row ? money(Number(row.perMinute) * minutes, currency) : 'not offered';
  };
  const changes = announced(prices, now).filter((row) => row.currency === currency);
  return (
    <Stack align="stretch">
      {currencies.length > 1 && (
        <NativeSelect
          label="Currency"
          maw={160}
          value={currency}
          onChange={({ currentTarget }) => setPicked(currentTarget.value)}
          data={currencies}
        />
      )}
      <WideTable
        label="Prices"
        head={['Size', 'vCPU', 'Memory', ...regions.map(({ name }) => `${name}, per hour`)]}
      >
        {sizes.map(({ id, name, vcpu, memoryGib }) => (
          <WideRow
            key={id}
            cells={[
              ...[name, vcpu, `${memoryGib} GiB`],
              ...regions.map((region) => figure('compute', id, region.id, 60)),
            ]}
          />
        ))}
        {metersOf(prices.filter(({ size }) => size === null)).map((meter) => (
          <WideRow
            key={meter}
            cells={[
              ...[`${METERS[meter].name}, per GiB-month`, '', ''],
              ...regions.map(({ id }) => figure(meter, null, id, MINUTES_OF_A_MONTH)),
            ]}
          />
        ))}
      </WideTable>
      <div>
        <Title order={3} size="h5" mb="xs">
          Announced
        </Title>
        {changes.length === 0 ? (
          <Text size="sm" c="dimmed">{`Nothing is announced in ${currency}.`}</Text>
        ) : (
          <Announced rows={changes} />
        )}
      </div>
    </Stack>
  );
}

function Announced({ rows }: { rows: readonly (Price | BookedPrice)[] }) {
  const sources = rows.map((row) => ('source' in row ? SOURCES[row.source] : undefined));
  const head = ['From', 'What', 'Region', 'Price', 'Exactly', ...(sources.some(Boolean) ? ['By'] : [])];
  return (
    <WideTable label="Announced prices" head={head}>
      {rows.map((row, i) => (
        <WideRow
          key={`${row.meter} ${row.size} ${row.region} ${row.activeFrom}`}
          cells={[
            <Moment key="from" at={row.activeFrom} />,
            pricedThing(row),
            row.region,
            priceText(row),
            `${row.perMinute} ${row.currency} per minute`,
            ...(sources[i] ? [sources[i]] : []),
          ]}
        />
      ))}
    </WideTable>
  );
}

const SOURCES: Readonly<Record<BookedPrice['source'], string>> = { file: 'the catalog file', staff: 'staff' };
