import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { monthName } from './months.ts';
import { OwnPriceList } from './own-prices.tsx';
import { currenciesToCome, hasTerms, pricesAhead } from './terms.ts';

/** What was agreed with the account; nothing for one that buys on the terms of all. */
export function OwnTerms() {
  const [now] = useState(Date.now);
  const { data: terms } = useQuery(reading(calls.terms()));
  if (!terms || !hasTerms(terms, now)) return null;
  const prices = pricesAhead(terms, now);
  return (
    <section aria-labelledby="terms">
      <Title order={2} size="h4" mb="sm" id="terms">
        Your terms
      </Title>
      <Stack gap="sm">
        <Text size="sm">{`You are billed in ${terms.currency}.`}</Text>
        {currenciesToCome(terms, now).map(({ currency, activeFrom }) => (
          <Text key={activeFrom} size="sm">
            {`From ${monthName(activeFrom.slice(0, 7))} on in ${currency}.`}
          </Text>
        ))}
        {prices.length > 0 && (
          <>
            <Text size="sm" c="dimmed">
              These prices hold for you instead of those in the catalog.
            </Text>
            <OwnPriceList of={prices} />
          </>
        )}
      </Stack>
    </section>
  );
}
