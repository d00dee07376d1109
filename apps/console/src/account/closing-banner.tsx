import { Alert, Button, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconDoorExit } from '@tabler/icons-react';
import type { Closing, Me } from '@berth/contracts';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { Moment } from '../ui/moment.tsx';

/** On every screen of an account that is closing: until when it can be opened again, and for owners the way to do it. */
export default function ClosingBanner({ of }: { of: Closing }) {
  const { role } = useMe();
  const client = useQueryClient();
  const reopen = useOrder<Me['account']>({
    done: 'The account is open again',
    onDone: () => void client.invalidateQueries({ queryKey: keyOf(calls.me()) }),
  });
  return (
    <Alert
      role="region"
      aria-label="This account is closing"
      color="red"
      variant="outline"
      icon={<IconDoorExit />}
      mb="lg"
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm" component="div">
          This account is closing: nothing is launched or resumed any more, and what it has is deleted on{' '}
          <Moment at={of.deletesAt} />. {role !== 'owner' && 'Until then an owner can open it again.'}
        </Text>
        {role === 'owner' && (
          <Button
            size="xs"
            variant="default"
            loading={reopen.isPending}
            onClick={() => reopen.mutate(calls.reopenAccount())}
          >
            Open it again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
