import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { PriceEditor } from './price-editor.tsx';
import { PriceTables } from './price-tables.tsx';

/** What everything costs and is going to cost, and where staff announce it. */
export default function PriceBookScreen() {
  const book = useQuery(reading(calls.prices()));
  const catalog = useQuery(reading(calls.catalog()));
  return (
    <Page
      title="Price book"
      subtitle={
        <Text c="dimmed">
          What holds for every account without a price of its own. A price that has begun stays for ever.
        </Text>
      }
      actions={
        <ApiCalls
          of={[
            { title: 'Read the prices', call: calls.prices() },
            { title: 'See what a list would change', call: calls.previewPrices(SAMPLE) },
            { title: 'Announce prices', call: calls.applyPrices(SAMPLE, book.data?.revision ?? 1) },
          ]}
        />
      }
    >
      <Stack gap="xl">
        <Loaded of={book} skeleton={<Skeleton h={360} radius="md" />}>
          {({ prices }) => (
            <Loaded of={catalog} skeleton={<Skeleton h={360} radius="md" />}>
              {({ sizes, regions }) => (
                <section aria-labelledby="costs">
                  <Title order={2} size="h4" mb="sm" id="costs">
                    What everything costs
                  </Title>
                  <PriceTables sizes={sizes} regions={regions} prices={prices} />
                </section>
              )}
            </Loaded>
          )}
        </Loaded>
        <section aria-labelledby="announce">
          <Title order={2} size="h4" mb="sm" id="announce">
            Announce prices
          </Title>
          <Loaded of={book} skeleton={<Skeleton h={240} radius="md" />}>
            {(whole) => <PriceEditor of={whole} />}
          </Loaded>
        </section>
      </Stack>
    </Page>
  );
}

const SAMPLE = `prices:
  - region: us-east-1
    currency: USD
    activeFrom: 2031-07-01T00:00:00Z
    compute: { micro: '0.0009' }
`;
