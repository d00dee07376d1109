import { Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { RecoveryCodes as Codes, SecondFactorDetails } from '@berth/contracts';
import { lazy, Suspense, useRef, useState } from 'react';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, reading } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Dot } from '../ui/status.tsx';
import { BothFactors } from './both-factors.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** With it comes what draws the QR code. */
const SetUpTotp = lazy(() => import('./set-up-totp.tsx'));

type Doing = 'set up' | 'renew' | 'remove';

/** What one logs in by besides the password. */
export function SecondFactor() {
  const client = useQueryClient();
  const factor = useQuery(reading(calls.secondFactor()));
  const [doing, setDoing] = useState<Doing | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const close = () => {
    setDoing(null);
    // The button that opened the dialog may be gone.
    heading.current?.focus({ preventScroll: true });
  };
  const changed = () => {
    for (const call of [calls.secondFactor(), calls.sessions(), calls.me(), calls.members()])
      void client.invalidateQueries({ queryKey: keyOf(call) });
  };
  return (
    <Paper component="section" withBorder p="lg" radius="md" maw={560}>
      <Title order={2} size="h4" mb={4} ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
        Second factor
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        A code of an app on your phone, besides the password, at each log-in. API tokens need none.
      </Text>
      <Loaded of={factor} skeleton={<Skeleton h={36} />}>
        {(of) => <State of={of} onDo={setDoing} />}
      </Loaded>
      {doing === 'set up' && (
        <Suspense>
          <SetUpTotp onClose={close} onChanged={changed} />
        </Suspense>
      )}
      {doing === 'renew' && <Renew onClose={close} onChanged={changed} />}
      {doing === 'remove' && <Remove onClose={close} onChanged={changed} />}
    </Paper>
  );
}

const FEW_CODES = 3;

function State({
  of: { totp, recoveryCodesLeft },
  onDo,
}: {
  of: SecondFactorDetails;
  onDo: (what: Doing) => void;
}) {
  if (!totp) return <Button onClick={() => onDo('set up')}>Set up an authenticator app</Button>;
  return (
    <Stack>
      <Group gap="sm">
        <Dot tone="good" label="On" />
        <Text size="sm" component="div">
          since <Moment at={totp.since} />
        </Text>
        <Dot
          tone={recoveryCodesLeft <= FEW_CODES ? 'warn' : 'calm'}
          label={`${recoveryCodesLeft} recovery ${recoveryCodesLeft === 1 ? 'code' : 'codes'} left`}
        />
      </Group>
      <Group>
        <Button variant="default" onClick={() => onDo('renew')}>
          New recovery codes
        </Button>
        <Button variant="default" onClick={() => onDo('remove')}>
          Turn it off
        </Button>
      </Group>
    </Stack>
  );
}

interface DialogProps {
  onClose: () => void;
  onChanged: () => void;
}

function Renew({ onClose, onChanged }: DialogProps) {
  const renew = useOrder<Codes>({ onDone: onChanged, onRefused: () => true });
  if (renew.data) return <RecoveryCodes of={renew.data.recoveryCodes} onClose={onClose} />;
  return (
    <BothFactors
      title="Make new recovery codes?"
      label="Make them"
      error={renew.error}
      isPending={renew.isPending}
      onBoth={(both) => renew.mutate(calls.renewRecoveryCodes(both))}
      onClose={onClose}
    >
      Those that you have are void from then on.
    </BothFactors>
  );
}

function Remove({ onClose, onChanged }: DialogProps) {
  const remove = useOrder<null>({
    done: 'From now on your password alone lets you in',
    onDone: () => {
      onChanged();
      onClose();
    },
    onRefused: () => true,
  });
  return (
    <BothFactors
      title="Turn the second factor off?"
      label="Turn it off"
      color="red"
      error={remove.error}
      isPending={remove.isPending}
      onBoth={(both) => remove.mutate(calls.removeTotp(both))}
      onClose={onClose}
    >
      Whoever learns your password can log in with it then. Your recovery codes are void.
    </BothFactors>
  );
}
