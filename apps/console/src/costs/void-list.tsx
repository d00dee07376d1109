import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import type { Void } from '@berth/contracts';
import type { ReactNode } from 'react';
import { UNITS } from '../invoices/quantities.ts';
import { METERS } from '../ui/meters.ts';
import { Moment } from '../ui/moment.tsx';
import { PlainList } from '../ui/plain-list.tsx';

interface Props {
  of: readonly Void[];
  /** What a server is called. */
  nameOf: (serverId: string) => string;
  /** What can be done about one that is in force. */
  action?: (declared: Void) => ReactNode;
}

/** Minutes that are not billed, and why. */
export const VoidList = ({ of, nameOf, action }: Props) => (
  <PlainList label="Minutes not billed">
    {of.map((declared) => (
      <Paper component="li" key={declared.id} withBorder p="md" radius="md">
        <Group justify="space-between" wrap="nowrap">
          <Stack gap={2} miw={0} style={{ overflowWrap: 'anywhere' }}>
            <Group gap="xs">
              <Text fw={600}>{amountOf(declared)}</Text>
              <Text size="sm">{nameOf(declared.serverId)}</Text>
              {declared.withdrawnAt && <Badge variant="default">billed again</Badge>}
            </Group>
            <Text size="sm">{declared.reason}</Text>
            <Text size="sm" c="dimmed" component="div">
              <Moment at={declared.from} /> to <Moment at={declared.to} />
            </Text>
          </Stack>
          {!declared.withdrawnAt && action?.(declared)}
        </Group>
      </Paper>
    ))}
  </PlainList>
);

/** `60 minutes of compute` */
export const amountOf = ({ meter, quantity }: Pick<Void, 'meter' | 'quantity'>): string =>
  `${quantity.toLocaleString()} ${UNITS[METERS[meter].unit]} of ${METERS[meter].name.toLowerCase()}`;
