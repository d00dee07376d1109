import { Paper, SimpleGrid, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Fleet } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { Status } from '../ui/status.tsx';
import { LookAgain } from './look-again.tsx';

const COUNT = new Intl.NumberFormat();

/** All servers of all accounts by state, whole and by region. */
export default function FleetScreen() {
  const fleet = useQuery(reading(calls.fleet()));
  return (
    <Page
      title="Fleet"
      actions={
        <>
          <ApiCalls of={[{ title: 'Count servers', call: calls.fleet() }]} />
          <LookAgain of={fleet} />
        </>
      }
    >
      <Loaded of={fleet} skeleton={<Skeleton h={320} radius="md" />}>
        {({ servers, accounts, states, regions, asOf }) => (
          <Stack gap="xl">
            <SimpleGrid component="dl" m={0} cols={{ base: 2, md: 4 }}>
              <Figure name="Servers" value={servers} />
              <Figure name="Accounts" value={accounts} />
            </SimpleGrid>
            <States title="All regions" of={states} />
            {regions.map((region) => (
              <States
                key={region.region}
                title={`${region.region}: ${COUNT.format(region.servers)}`}
                of={region.states}
              />
            ))}
            <Text size="sm" c="dimmed">
              As of <Moment at={asOf} />, without those that are terminated.
            </Text>
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

const Figure = ({ name, value }: { name: string; value: number }) => (
  <Paper withBorder p="md" radius="md">
    <Text component="dt" size="sm" c="dimmed">
      {name}
    </Text>
    <Text component="dd" m={0} fz={28} fw={650}>
      {COUNT.format(value)}
    </Text>
  </Paper>
);

const States = ({ title, of }: { title: string; of: Fleet['states'] }) => (
  <section aria-label={title}>
    <Title order={2} size="h4" mb="sm">
      {title}
    </Title>
    {of.length === 0 ? (
      <Text c="dimmed">No servers.</Text>
    ) : (
      <Table style={{ fontVariantNumeric: 'tabular-nums' }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>State</Table.Th>
            <Table.Th>Servers</Table.Th>
            <Table.Th>Longest since</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {of.map(({ status, servers, since }) => (
            <Table.Tr key={status}>
              <Table.Th scope="row" fw={400}>
                <Status of={status} />
              </Table.Th>
              <Table.Td>{COUNT.format(servers)}</Table.Td>
              <Table.Td>
                <Moment at={since} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    )}
  </section>
);
