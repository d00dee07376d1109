import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Credit } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, reading } from '../api/reading.ts';
import { CreditList } from '../costs/credit-list.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { money } from '../ui/money.ts';
import { Sure } from '../ui/sure.tsx';
import { GiveCredit } from './give-credit.tsx';

/** What an account need not pay: what it was given, and giving more. */
export function AccountCredits({ of: id }: { of: string }) {
  const credits = useQuery(reading(calls.accountCredits(id)));
  return (
    <Loaded of={credits} skeleton={<Skeleton h={80} radius="md" />}>
      {({ items, available, currency }) => (
        <Stack gap="sm" align="flex-start">
          <Text c="dimmed" title={`${available} ${currency}`}>
            {items.length === 0 ? 'It was never given any.' : `${money(available, currency)} left`}
          </Text>
          {items.length > 0 && (
            <div style={{ alignSelf: 'stretch' }}>
              <CreditList of={items} action={(credit) => <TakeBack of={credit} account={id} />} />
            </div>
          )}
          <GiveCredit to={id} currency={currency} />
        </Stack>
      )}
    </Loaded>
  );
}

function TakeBack({ of: credit, account }: { of: Credit; account: string }) {
  const queries = useQueryClient();
  const withdraw = useOrder<Credit>({
    done: 'The credit is taken back',
    onDone: () => void queries.invalidateQueries({ queryKey: keyOf(calls.accountCredits(account)) }),
  });
  const amount = money(credit.remaining, credit.currency);
  return (
    <Sure
      button="Take back"
      label={`Take ${amount} back`}
      title={`Take ${amount} back?`}
      isPending={withdraw.isPending}
      onSure={() => withdraw.mutate(calls.withdrawCredit(account, credit.id))}
    >
      The account sees that it was taken back. What invoices took of it stays taken.
    </Sure>
  );
}
