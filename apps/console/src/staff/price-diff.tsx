import { Badge, Text } from '@mantine/core';
import type { PriceChange } from '@berth/contracts';
import { Moment } from '../ui/moment.tsx';
import { money } from '../ui/money.ts';
import { pricedThing } from '../ui/price.ts';
import { WideRow, WideTable } from '../ui/wide-table.tsx';

/** What a price list changes, row by row, in figures of a month. */
export const PriceDiff = ({ of: changes }: { of: readonly PriceChange[] }) =>
  changes.length === 0 ? (
    <Text c="dimmed">It changes nothing.</Text>
  ) : (
    <WideTable
      label="What changes"
      head={['What', 'Region', 'From', 'Change', 'A month before', 'A month after', 'By']}
    >
      {changes.map((change) => (
        <WideRow
          key={`${change.meter} ${change.size} ${change.region} ${change.currency} ${change.activeFrom}`}
          cells={[
            pricedThing(change),
            change.region,
            <Moment key="from" at={change.activeFrom} />,
            <Badge key="kind" variant="default" tt="none">
              {change.kind}
            </Badge>,
            figure(change.before, change.currency),
            figure(change.after, change.currency),
            percentText(change.percent),
          ]}
        />
      ))}
    </WideTable>
  );

const figure = (price: PriceChange['before'], currency: string) =>
  price ? (
    <span title={`${price.perMinute} ${currency} per minute`}>{money(price.perMonth, currency)}</span>
  ) : (
    'no price'
  );

/** `+8.3 %`, with a minus that is one. */
export function percentText(percent: string | null): string {
  if (percent === null) return '';
  const value = Number(percent);
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value)} %`;
}
