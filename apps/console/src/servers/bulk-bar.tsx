import { Affix, Button, CloseButton, Group, Paper, Space, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import type { Server } from '@berth/contracts';
import { useBulk } from './bulk.tsx';

/** What can be done with those selected, at the foot of the page. */
export default function BulkBar({ servers, onClear }: { servers: readonly Server[]; onClear: () => void }) {
  const order = useBulk();
  const pausable = servers.filter(({ status }) => status === 'running' || status === 'unavailable');
  const resumable = servers.filter(({ status }) => status === 'paused');
  const give = (action: 'pause' | 'resume', to: readonly Server[]) => {
    onClear();
    void order(action, to);
  };
  return (
    <>
      {/* So that the last row can be scrolled out from under it. */}
      <Space h={72} />
      <Affix position={{ bottom: 16, left: 16, right: 16 }} zIndex={150} style={{ pointerEvents: 'none' }}>
        <Paper
          component="section"
          aria-label="Selected servers"
          withBorder
          shadow="md"
          p="xs"
          mx="auto"
          w="fit-content"
          style={{ pointerEvents: 'auto' }}
        >
          <Group gap="xs" justify="center">
            <Text size="sm" fw={600} px="xs" role="status">
              {servers.length} selected
            </Text>
            <Button
              size="xs"
              variant="light"
              leftSection={<IconPlayerPause size={14} />}
              disabled={pausable.length === 0}
              onClick={() => give('pause', pausable)}
            >
              {`Pause ${pausable.length || ''}`}
            </Button>
            <Button
              size="xs"
              variant="light"
              leftSection={<IconPlayerPlay size={14} />}
              disabled={resumable.length === 0}
              onClick={() => give('resume', resumable)}
            >
              {`Resume ${resumable.length || ''}`}
            </Button>
            <CloseButton aria-label="Select none" onClick={onClear} />
          </Group>
        </Paper>
      </Affix>
    </>
  );
}
