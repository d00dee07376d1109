import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { BudgetState, BudgetUse } from '../budget/budget-card.tsx';
import { isSet } from '../budget/gauge.ts';
import { Loaded } from '../ui/loaded.tsx';
import { money } from '../ui/money.ts';

/** What an account means to spend, which it says itself: whoever is asked why nothing launches sees it here. */
export function AccountBudget({ of: id }: { of: string }) {
  const budget = useQuery(reading(calls.accountBudget(id)));
  return (
    <Loaded of={budget} skeleton={<Skeleton h={80} radius="md" />}>
      {(known) =>
        isSet(known) ? (
          <Stack gap="sm">
            <div>
              <BudgetState of={known.state} />
            </div>
            <BudgetUse of={known} />
          </Stack>
        ) : (
          <Text c="dimmed">
            It has set none. This month it has used {money(known.used, known.currency)}, and is heading for{' '}
            {money(known.forecast, known.currency)}.
          </Text>
        )
      }
    </Loaded>
  );
}
