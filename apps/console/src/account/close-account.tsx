import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';

/** With it comes what is asked before. */
const CloseModal = lazy(() => import('./close-modal.tsx'));

/** The way out, for owners: what there is to take along, then the end. */
export function CloseAccount() {
  const { account } = useMe();
  const [isAsking, setAsking] = useState(false);
  return (
    <Paper component="section" withBorder p="lg" radius="md">
      <Title order={2} size="h4" mb={4}>
        Leave Berth
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        Everything the account has comes as one file: people, servers and what became of them, usage, the
        audit trail. To close it is to terminate all servers now, and to have the rest deleted after a while.
      </Text>
      <Group>
        <Button
          component="a"
          href={calls.exportAccount().path}
          download
          variant="default"
          leftSection={<IconDownload size={16} />}
        >
          Download everything
        </Button>
        {!account.closing && (
          <Button color="red" variant="outline" onClick={() => setAsking(true)}>
            Close the account
          </Button>
        )}
      </Group>
      {isAsking && (
        <Suspense>
          <CloseModal onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </Paper>
  );
}
