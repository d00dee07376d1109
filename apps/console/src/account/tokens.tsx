import { Button, Code, Group, Modal, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconKey, IconPlus } from '@tabler/icons-react';
import type { ApiToken } from '@berth/contracts';
import { useState } from 'react';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, readingAll } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { Dot } from '../ui/status.tsx';
import { stateOf } from './expiry.ts';
import { NewToken } from './new-token.tsx';
import { scopesText } from './scopes.ts';

const MAY_HOLD_KEYS = ['owner', 'admin', 'staff'];

const READS_ONLY = { name: 'report', scopes: ['read' as const], networks: ['192.0.2.0/24'] };

/** API tokens of an account, or of staff. */
export default function TokensScreen() {
  const tokens = useQuery(readingAll(calls.tokens()));
  const mayChange = MAY_HOLD_KEYS.includes(useMe().role);
  const [isMaking, { open, close }] = useDisclosure(false);
  const make = mayChange && (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      Make a token
    </Button>
  );
  return (
    <Page
      title="API tokens"
      subtitle={<Text c="dimmed">For programs that use the REST API in your name.</Text>}
      actions={
        <>
          <ApiCalls
            of={[
              { title: 'List tokens', call: calls.tokens() },
              { title: 'Make a token', call: calls.createToken({ name: 'ci' }) },
              { title: 'Make one that only reads, from one network', call: calls.createToken(READS_ONLY) },
              {
                title: 'Revoke a token',
                call: calls.revokeToken(tokens.data?.[0]?.id ?? 'tok_01jqexample0000000000000000'),
              },
            ]}
          />
          {make}
        </>
      }
    >
      <Loaded of={tokens} skeleton={<TokensSkeleton />}>
        {(list) =>
          list.length === 0 ? (
            <Empty icon={<IconKey size={28} />} title="No tokens yet" action={make}>
              {mayChange
                ? 'Make one for each program, so that each can be revoked alone.'
                : 'An owner or admin makes them.'}
            </Empty>
          ) : (
            <PlainList label="API tokens">
              {list.map((token) => (
                <li key={token.id}>
                  <Token of={token} mayRevoke={mayChange} />
                </li>
              ))}
            </PlainList>
          )
        }
      </Loaded>
      {isMaking && <NewToken onClose={close} />}
    </Page>
  );
}

function Token({ of, mayRevoke }: { of: ApiToken; mayRevoke: boolean }) {
  const { name, hint, createdAt, lastUsedAt, expiresAt, scopes, networks } = of;
  const [isRevoking, { open, close }] = useDisclosure(false);
  const [now] = useState(Date.now);
  const state = stateOf(expiresAt, now);
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={4} miw={0}>
          <Group gap="sm">
            <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Title>
            <Code>{`${hint}…`}</Code>
            {state === 'over' && <Dot tone="bad" label="Expired" />}
            {state === 'soon' && <Dot tone="warn" label="Expires soon" />}
          </Group>
          <Text size="sm" c="dimmed" component="div">
            Made <Moment at={createdAt} /> ·{' '}
            {lastUsedAt ? (
              <>
                last used <Moment at={lastUsedAt} />
              </>
            ) : (
              'never used'
            )}{' '}
            ·{' '}
            {expiresAt ? (
              <>
                {state === 'over' ? 'expired' : 'expires'} <Moment at={expiresAt} />
              </>
            ) : (
              'does not expire'
            )}
          </Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {scopesText(scopes)} · from {networks.join(', ') || 'anywhere'}
          </Text>
        </Stack>
        {mayRevoke && (
          <Button variant="default" size="xs" onClick={open} aria-label={`Revoke ${name}`}>
            Revoke
          </Button>
        )}
      </Group>
      {isRevoking && <Revoking of={of} onClose={close} />}
    </Paper>
  );
}

function Revoking({ of: { id, name }, onClose }: { of: ApiToken; onClose: () => void }) {
  const client = useQueryClient();
  const revoke = useOrder({
    done: `${name} is revoked`,
    onDone: () => {
      onClose();
      void client.invalidateQueries({ queryKey: keyOf(calls.tokens()) });
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Revoke ${name}?`}>
      <Stack>
        <Text>Programs that use it are refused from now on. This cannot be undone.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate(calls.revokeToken(id))}>
            Revoke
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const TokensSkeleton = () => (
  <Stack gap="sm">
    {Array.from({ length: 3 }, (_, i) => (
      <Skeleton key={i} h={104} radius="md" />
    ))}
  </Stack>
);
