import { Group, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { money } from '../ui/money.ts';
import { CreditList } from './credit-list.tsx';

/** What the account need not pay; nothing for one that was never given any. */
export function OwnCredits() {
  const { data } = useQuery(reading(calls.credits()));
  if (!data || data.items.length === 0) return null;
  return (
    <section aria-labelledby="credit">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="credit">
          Credit
        </Title>
        <Text fw={600} title={`${data.available} ${data.currency}`}>
          {money(data.available, data.currency)} left
        </Text>
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        Your invoices take it first.
      </Text>
      <CreditList of={data.items} />
    </section>
  );
}
