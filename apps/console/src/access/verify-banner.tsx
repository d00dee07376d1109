import { Alert, Button, Group, Text } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { useMe } from './session.tsx';

/** For who has not followed the link yet that was sent to them. */
export default function VerifyBanner() {
  const { user, role } = useMe();
  const resend = useOrder<null>({ done: `Another link is on its way to ${user.email}` });
  return (
    <Alert
      role="region"
      aria-label="Your address is not verified"
      color="yellow"
      variant="outline"
      icon={<IconMail />}
      mb="lg"
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          We have sent a link to {user.email}.{' '}
          {role === 'owner' && 'Until you follow it you can look around and launch nothing. '}
          Is it not yours? Change it under Security.
        </Text>
        <Button
          size="xs"
          variant="default"
          loading={resend.isPending}
          onClick={() => resend.mutate(calls.resendVerification())}
        >
          Send it again
        </Button>
      </Group>
    </Alert>
  );
}
