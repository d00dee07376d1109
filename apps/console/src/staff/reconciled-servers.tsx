import { Anchor, Button, ScrollArea, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReconciledServer, ReconciliationFlag } from '@berth/contracts';
import { Link } from 'wouter';
import { calls } from '../api/calls.ts';
import { readingPages } from '../api/reading.ts';
import classes from '../costs/costs.module.css';
import { Loaded } from '../ui/loaded.tsx';
import { money } from '../ui/money.ts';
import { Dot } from '../ui/status.tsx';
import { FLAGS } from './reconciliation-words.ts';

interface Props {
  /** The comparison. */
  of: string;
  /** Of AWS. */
  currency: string;
  flag: ReconciliationFlag | undefined;
}

/** Every server of a comparison: what it cost, what was billed for it, and what is wrong. */
export function ReconciledServers({ of: id, currency, flag }: Props) {
  const servers = useInfiniteQuery(readingPages(calls.reconciledServers(id, flag)));
  return (
    <Loaded of={servers} skeleton={<Skeleton h={240} radius="md" />}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return <Text c="dimmed">There are none.</Text>;
        return (
          <Stack align="flex-start">
            <ScrollArea
              type="auto"
              w="100%"
              viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Cost and billing of each server' }}
            >
              <Table className={classes.amounts} verticalSpacing="sm" highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Server</Table.Th>
                    <Table.Th>AWS charged</Table.Th>
                    <Table.Th>Billed</Table.Th>
                    <Table.Th>Margin</Table.Th>
                    <Table.Th>Hours not billed</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((server) => (
                    <Row key={server.serverId ?? server.resourceId ?? ''} of={server} currency={currency} />
                  ))}
                </Table.Tbody>
              </Table>
            </ScrollArea>
            {servers.hasNextPage && (
              <Button
                variant="default"
                loading={servers.isFetchingNextPage}
                onClick={() => void servers.fetchNextPage()}
              >
                Show more
              </Button>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}

function Row({ of: server, currency }: { of: ReconciledServer; currency: string }) {
  const { serverId, resourceId, accountId, awsCost, billed, billedCurrency, margin, flags } = server;
  const name = serverId ?? resourceId ?? 'no resource';
  return (
    <Table.Tr>
      <Table.Th scope="row">
        {accountId === null ? (
          <Text size="sm">{name}</Text>
        ) : (
          <Anchor component={Link} to={`/staff/accounts/${accountId}`} size="sm">
            {name}
          </Anchor>
        )}
        {flags.map((flag) => (
          <Text key={flag} component="div" size="xs">
            <Dot {...FLAGS[flag]} />
          </Text>
        ))}
      </Table.Th>
      <Table.Td title={`${awsCost.total} ${currency}`}>{money(awsCost.total, currency)}</Table.Td>
      <Table.Td title={`${billed} ${billedCurrency ?? ''}`}>
        {money(billed, billedCurrency ?? currency)}
      </Table.Td>
      <Table.Td>{margin === null ? '–' : money(margin, currency)}</Table.Td>
      <Table.Td>{server.unbilledHours}</Table.Td>
    </Table.Tr>
  );
}
