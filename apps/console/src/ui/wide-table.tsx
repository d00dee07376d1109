import { ScrollArea, Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  label: string;
  head: readonly string[];
  /** Rows: {@link WideRow}. */
  children: ReactNode;
}

/** A table that is scrolled within its frame where the page is narrow. */
export const WideTable = ({ label, head, children }: Props) => (
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

/** A row of it: the first cell names it. */
export const WideRow = ({ cells: [first, ...others] }: { cells: readonly ReactNode[] }) => (
  <Table.Tr>
    <Table.Th scope="row" fw={600}>
      {first}
    </Table.Th>
    {others.map((cell, i) => (
      <Table.Td key={i}>{cell}</Table.Td>
    ))}
  </Table.Tr>
);
