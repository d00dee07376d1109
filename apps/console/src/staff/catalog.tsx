import {
  Badge,
  Group,
  Paper,
  ScrollArea,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { OfferedCatalog } from '@berth/contracts';
import { useState, type ReactNode } from 'react';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { money } from '../ui/money.ts';
import { Page } from '../ui/page.tsx';
import { announced, priceAt } from './prices.ts';

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
            <Prices of={whole} />
            <Section title="Regions">
              <Wide label="Regions and their zones" head={['Region', 'Name', 'Zones, best first']}>
                {whole.regions.map(({ id, name, zones }) => (
                  <Row key={id} cells={[id, name, zones.join(', ')]} />
                ))}
              </Wide>
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

const MINUTES_OF_A_MONTH = 730 * 60;

function Prices({ of: { sizes, regions, prices } }: { of: OfferedCatalog }) {
  const [now] = useState(Date.now);
  const perHour = (size: string, region: string) => {
    const row = priceAt(prices, { meter: 'compute', size, region }, now);
    return row ? money(Number(row.perMinute) * 60, row.currency) : 'not offered';
  };
  const perMonth = (region: string) => {
    const row = priceAt(prices, { meter: 'disk', size: null, region }, now);
    return row ? money(Number(row.perMinute) * MINUTES_OF_A_MONTH, row.currency) : 'not offered';
  };
  const changes = announced(prices, now);
  const names = regions.map(({ name }) => name);
  return (
    <Section title="Sizes and prices">
      <Wide label="Prices" head={['Size', 'vCPU', 'Memory', ...names.map((name) => `${name}, per hour`)]}>
        {sizes.map(({ id, name, vcpu, memoryGib }) => (
          <Row
            key={id}
            cells={[name, vcpu, `${memoryGib} GiB`, ...regions.map((region) => perHour(id, region.id))]}
          />
        ))}
        <Row cells={['Disk, per GiB-month', '', '', ...regions.map(({ id }) => perMonth(id))]} />
      </Wide>
      {changes.length > 0 && (
        <>
          <Title order={3} size="h5" mt="lg" mb="xs">
            Announced
          </Title>
          <Wide label="Announced prices" head={['From', 'Meter', 'Size', 'Region', 'Per minute']}>
            {changes.map(({ meter, size, region, perMinute, currency, activeFrom }) => (
              <Row
                key={`${meter} ${size} ${region} ${currency} ${activeFrom}`}
                cells={[
                  <Moment key="from" at={activeFrom} />,
                  meter,
                  size ?? '',
                  region,
                  `${perMinute} ${currency}`,
                ]}
              />
            ))}
          </Wide>
        </>
      )}
    </Section>
  );
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title}>
    <Title order={2} size="h4" mb="sm">
      {title}
    </Title>
    {children}
  </section>
);

/** A table that is scrolled within its frame where the page is narrow. */
const Wide = ({ label, head, children }: { label: string; head: readonly string[]; children: ReactNode }) => (
  <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
    <Table verticalSpacing="xs" style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
      <Table.Thead>
        <Table.Tr>
          {head.map((text) => (
            <Table.Th key={text} fw={500} c="dimmed">
              {text}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  </ScrollArea>
);

const Row = ({ cells: [first, ...others] }: { cells: readonly ReactNode[] }) => (
  <Table.Tr>
    <Table.Th scope="row" fw={600}>
      {first}
    </Table.Th>
    {others.map((cell, i) => (
      <Table.Td key={i}>{cell}</Table.Td>
    ))}
  </Table.Tr>
);
