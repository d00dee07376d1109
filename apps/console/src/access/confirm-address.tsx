import { Button, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { ApiCall } from '../api/call.ts';
import { useOrder } from '../api/ordering.tsx';
import { Front } from './front.tsx';
import { LinkProblem, TO_CONSOLE, useSecret } from './mailed-link.tsx';
import { useSessionChanged } from './session.tsx';

interface Props {
  title: string;
  children: ReactNode;
  /** What the button does. */
  action: string;
  call: (secret: string) => ApiCall<{ email: string }>;
  done: (email: string) => string;
  /** How to get another link. */
  another: ReactNode;
}

/** Confirms an address by a mailed link. By a button: programs that look into mails open links too, and shall decide nothing. */
export function ConfirmAddress({ title, children, action, call, done, another }: Props) {
  const secret = useSecret();
  const [, navigate] = useLocation();
  const changed = useSessionChanged();
  const confirm = useOrder<{ email: string }>({ onDone: () => void changed(), onRefused: () => true });
  return (
    <Front title={title} other={TO_CONSOLE}>
      <Stack>
        {confirm.data ? (
          <>
            <Text role="status">{done(confirm.data.email)}</Text>
            <Button onClick={() => navigate('/')}>Go on</Button>
          </>
        ) : (
          <>
            <Text>{children}</Text>
            {confirm.isError && <LinkProblem error={confirm.error} another={another} />}
            <Button loading={confirm.isPending} onClick={() => confirm.mutate(call(secret))}>
              {action}
            </Button>
          </>
        )}
      </Stack>
    </Front>
  );
}
