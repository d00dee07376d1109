import { Group, Paper, Stack, Text } from '@mantine/core';
import type { OwnPrice } from '@berth/contracts';
import type { ReactNode } from 'react';
import { Moment } from '../ui/moment.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { priceText, pricedThing } from '../ui/price.ts';

interface Props {
  of: readonly OwnPrice[];
  /** What can be done about one. */
  action?: (price: OwnPrice) => ReactNode;
}

/** Prices that an account has of its own, and when each holds. */
export const OwnPriceList = ({ of, action }: Props) => (
  <PlainList label="Own prices">
    {of.map((price) => (
      <Paper
        component="li"
        key={`${price.meter} ${price.size} ${price.region} ${price.currency} ${price.activeFrom}`}
        withBorder
        p="md"
        radius="md"
      >
        <Group justify="space-between">
          <Stack gap={2} miw={0} style={{ overflowWrap: 'anywhere' }}>
            <Text fw={600} title={`${price.perMinute} ${price.currency} per minute`}>
              {priceText(price)}
            </Text>
            <Text size="sm">{`${pricedThing(price)}, in ${price.region}`}</Text>
            <Text size="sm" c="dimmed" component="div">
              from <Moment at={price.activeFrom} />
              {price.activeUntil && (
                <>
                  {' '}
                  until <Moment at={price.activeUntil} />
                </>
              )}
            </Text>
          </Stack>
          {action?.(price)}
        </Group>
      </Paper>
    ))}
  </PlainList>
);
