import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import type { Credit } from '@berth/contracts';
import type { ReactNode } from 'react';
import { Moment } from '../ui/moment.tsx';
import { money } from '../ui/money.ts';
import { PlainList } from '../ui/plain-list.tsx';

interface Props {
  of: readonly Credit[];
  /** What can be done about one of which something remains. */
  action?: (credit: Credit) => ReactNode;
}

/** Credits with what remains of each, and why it was given. */
export const CreditList = ({ of, action }: Props) => (
  <PlainList label="Credits">
    {of.map((credit) => (
      <Paper component="li" key={credit.id} withBorder p="md" radius="md">
        <Group justify="space-between" wrap="nowrap">
          <Stack gap={2} miw={0} style={{ overflowWrap: 'anywhere' }}>
            <Group gap="xs">
              <Text fw={600} title={`${credit.amount} ${credit.currency}`}>
                {money(credit.amount, credit.currency)}
              </Text>
              {!remains(credit) && <Badge variant="default">{endOf(credit)}</Badge>}
            </Group>
            <Text size="sm">{credit.reason}</Text>
            <Text size="sm" c="dimmed" component="div">
              given <Moment at={credit.grantedAt} />
              {remains(credit) && credit.expiresAt && (
                <>
                  {' '}
                  · good until <Moment at={credit.expiresAt} />
                </>
              )}
            </Text>
          </Stack>
          {remains(credit) && action?.(credit)}
        </Group>
      </Paper>
    ))}
  </PlainList>
);

const remains = ({ remaining }: Credit) => Number(remaining) > 0;
const endOf = ({ withdrawnAt }: Credit) => (withdrawnAt ? 'taken back' : 'expired');
