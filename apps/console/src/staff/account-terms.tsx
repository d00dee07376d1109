import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { OwnPrice, Terms } from '@berth/contracts';
import { useState } from 'react';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, reading } from '../api/reading.ts';
import { monthName } from '../costs/months.ts';
import { OwnPriceList } from '../costs/own-prices.tsx';
import { currenciesToCome, pricesAhead } from '../costs/terms.ts';
import { Loaded } from '../ui/loaded.tsx';
import { pricedThing } from '../ui/price.ts';
import { Sure } from '../ui/sure.tsx';
import { AgreeOnCurrency } from './agree-on-currency.tsx';
import { AgreeOnPrice } from './agree-on-price.tsx';
import { EndPrice } from './end-price.tsx';

/** On what terms an account buys: its currency and its own prices, and agreeing on others. */
export function AccountTerms({ of: id }: { of: string }) {
  const [now] = useState(Date.now);
  const terms = useQuery(reading(calls.accountTerms(id)));
  const catalog = useQuery(reading(calls.catalog()));
  return (
    <Loaded of={terms} skeleton={<Skeleton h={80} radius="md" />}>
      {(agreed) => {
        const prices = pricesAhead(agreed, now);
        return (
          <Stack gap="sm" align="flex-start">
            <Text>
              {[
                `Billed in ${agreed.currency}`,
                ...currenciesToCome(agreed, now).map(
                  ({ currency, activeFrom }) => `from ${monthName(activeFrom.slice(0, 7))} on in ${currency}`,
                ),
              ].join(', ')}
            </Text>
            {prices.length === 0 ? (
              <Text c="dimmed">It has no prices of its own.</Text>
            ) : (
              <div style={{ alignSelf: 'stretch' }}>
                <OwnPriceList
                  of={prices}
                  action={(price) =>
                    Date.parse(price.activeFrom) > now ? (
                      <Withdraw of={price} terms={agreed} account={id} />
                    ) : (
                      <EndPrice of={price} terms={agreed} account={id} />
                    )
                  }
                />
              </div>
            )}
            {catalog.data && (
              <Group>
                <AgreeOnPrice account={id} terms={agreed} catalog={catalog.data} />
                <AgreeOnCurrency account={id} terms={agreed} catalog={catalog.data} />
              </Group>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}

/** A price that has not begun goes without a trace. */
function Withdraw({ of: price, terms, account }: { of: OwnPrice; terms: Terms; account: string }) {
  const queries = useQueryClient();
  const withdraw = useOrder<Terms>({
    done: 'The price is withdrawn',
    onDone: () => void queries.invalidateQueries({ queryKey: keyOf(calls.accountTerms(account)) }),
  });
  const prices = terms.prices.filter((each) => each !== price);
  const body = { basedOnSequence: terms.sequence, prices };
  return (
    <Sure
      button="Withdraw"
      label={`Withdraw the price of ${pricedThing(price)} in ${price.region}`}
      title="Withdraw the price?"
      isPending={withdraw.isPending}
      onSure={() => withdraw.mutate(calls.updateAccountTerms(account, body))}
    >
      It has not begun, so nothing was billed by it.
    </Sure>
  );
}
