import { Anchor, ScrollArea, Table, Text } from '@mantine/core';
import type { InvoiceLineUsage } from '@berth/contracts';
import { Link } from 'wouter';
import classes from '../costs/costs.module.css';
import { Moment } from '../ui/moment.tsx';
import { QUANTITY, UNITS } from './quantities.ts';

export interface UsageTableProps {
  of: readonly InvoiceLineUsage[];
  /** What a server is called, when it is known. */
  nameOf: (serverId: string) => string | undefined;
  /** Where a change of a server is shown; undefined: nowhere that the reader may look. */
  change: ((serverId: string, sequence: number) => string) | undefined;
}

/** Usage records, each with what opened and closed it. */
export const UsageTable = ({ of, nameOf, change }: UsageTableProps) => (
  <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Usage records' }}>
    <Table className={classes.amounts} verticalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Server</Table.Th>
          <Table.Th>From</Table.Th>
          <Table.Th>To</Table.Th>
          <Table.Th>Counted</Table.Th>
          <Table.Th>Opened by</Table.Th>
          <Table.Th>Closed by</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {of.map((record) => (
          <Table.Tr key={record.id}>
            <Table.Th scope="row">
              <Text size="sm" fw={600}>
                {nameOf(record.serverId) ?? record.serverId}
              </Text>
              {record.reverses && (
                <Text size="xs" c="dimmed">
                  takes back what was recorded before
                </Text>
              )}
            </Table.Th>
            <Table.Td>
              <Moment at={record.from} />
            </Table.Td>
            <Table.Td>
              <Moment at={record.to} />
            </Table.Td>
            <Table.Td>
              {QUANTITY.format(record.counted)} {UNITS[record.unit]}
              {record.counted !== record.quantity && (
                <Text size="xs" c="dimmed">
                  of {QUANTITY.format(record.quantity)}
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              <Change of={record} sequence={record.openedBy} at={change} />
            </Table.Td>
            <Table.Td>
              <Change of={record} sequence={record.closedBy} at={change} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </ScrollArea>
);

interface ChangeProps {
  of: InvoiceLineUsage;
  sequence: number | null;
  at: UsageTableProps['change'];
}

/** A change in a server's timeline; null: the hour was over. */
function Change({ of: { serverId }, sequence, at }: ChangeProps) {
  if (sequence === null) return <>end of the hour</>;
  const text = `change ${sequence}`;
  return at ? (
    <Anchor component={Link} to={at(serverId, sequence)} size="sm">
      {text}
    </Anchor>
  ) : (
    <>{text}</>
  );
}
