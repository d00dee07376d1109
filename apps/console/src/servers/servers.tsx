import { Button, Skeleton, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconServer2 } from '@tabler/icons-react';
import { Link } from 'wouter';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { Status } from '../ui/status.tsx';

export function ServersScreen() {
  const servers = useQuery(readingAll(calls.servers()));
  const launch = (
    <Button component={Link} to="/servers/new" leftSection={<IconPlus size={16} />}>
      Launch a server
    </Button>
  );
  return (
    <Page
      title="Servers"
      actions={
        <>
          <ApiCalls of={[{ title: 'List servers', call: calls.servers() }]} />
          {launch}
        </>
      }
    >
      <Loaded of={servers} skeleton={<Skeleton h={320} />}>
        {(list) =>
          list.length === 0 ? (
            <Empty icon={<IconServer2 size={28} />} title="No servers yet" action={launch}>
              Pick a size, a version and a disk; it runs within a minute.
            </Empty>
          ) : (
            <Table>
              <Table.Tbody>
                {list.map((server) => (
                  <Table.Tr key={server.id}>
                    <Table.Td>{server.name}</Table.Td>
                    <Table.Td>
                      <Status of={server.status} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Loaded>
    </Page>
  );
}
