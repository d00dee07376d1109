import { Badge, Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { OfferedCatalog } from '@berth/contracts';
import type { ReactNode } from 'react';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { WideRow, WideTable } from '../ui/wide-table.tsx';
import { PriceTables } from './price-tables.tsx';

/** What customers can buy, to be read. */
export default function CatalogScreen() {
  const catalog = useQuery(reading(calls.catalog()));
  return (
    <Page
      title="Catalog"
      subtitle={<Text c="dimmed">What customers can launch, as they see it.</Text>}
      actions={<ApiCalls of={[{ title: 'Read the catalog', call: calls.catalog() }]} />}
    >
      <Loaded of={catalog} skeleton={<Skeleton h={480} radius="md" />}>
        {(whole) => (
          <Stack gap="xl">
            <Products of={whole} />
            <Section title="Sizes and prices">
              <PriceTables sizes={whole.sizes} regions={whole.regions} prices={whole.prices} />
            </Section>
            <Section title="Regions">
              <WideTable label="Regions and their zones" head={['Region', 'Name', 'Zones, best first']}>
                {whole.regions.map(({ id, name, zones }) => (
                  <WideRow key={id} cells={[id, name, zones.join(', ')]} />
                ))}
              </WideTable>
            </Section>
            <Text size="sm" c="dimmed">{`Revision ${whole.revision}`}</Text>
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

const Products = ({ of }: { of: OfferedCatalog }) => (
  <Section title="Products">
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      {of.products.map(({ id, name, description, versions, sizes, disk }) => (
        <Paper key={id} withBorder p="md" radius="md">
          <Title order={3} size="h5">
            {name}
          </Title>
          <Text size="xs" c="dimmed">
            {id}
          </Text>
          <Text size="sm" my="xs">
            {description}
          </Text>
          <Stack gap={6}>
            {versions.map((version) => (
              <Group key={version.id} gap="xs">
                <Badge variant="default" tt="none">
                  {version.id}
                </Badge>
                <Text size="xs" c="dimmed">
                  {version.regions.length === of.regions.length
                    ? 'in all regions'
                    : version.regions.join(', ')}
                  {version.upgradesTo.length > 0 && `, upgrades to ${version.upgradesTo.join(', ')}`}
                </Text>
              </Group>
            ))}
            <Text size="sm">{`Sizes: ${sizes.join(', ')}`}</Text>
            <Text size="sm">{`Disk: ${disk.minGib} to ${disk.maxGib} GiB, ${disk.defaultGib} proposed`}</Text>
          </Stack>
        </Paper>
      ))}
    </SimpleGrid>
  </Section>
);

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title}>
    <Title order={2} size="h4" mb="sm">
      {title}
    </Title>
    {children}
  </section>
);
