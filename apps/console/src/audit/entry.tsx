import { Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { AuditEvent } from '@berth/contracts';
import { useId, type ReactNode } from 'react';
import { clientOf } from '../account/client-of.ts';
import { Facts } from '../ui/facts.tsx';
import { Moment } from '../ui/moment.tsx';
import { Dot } from '../ui/status.tsx';
import { actionText, actorText, OUTCOMES } from './words.ts';

/** An entry of the trail; all that is known of it is shown when it is asked for. */
export function Entry({ of }: { of: AuditEvent }) {
  const { at, actor, action, outcome, address } = of;
  const [opened, { toggle }] = useDisclosure(false);
  const id = useId();
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={4} miw={0}>
          <Group gap="sm">
            <Title order={2} size="h5" id={id}>
              {actionText(action)}
            </Title>
            <Dot {...OUTCOMES[outcome]} />
          </Group>
          <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
            {actorText(actor)}
            {address && ` · ${address}`} · <Moment at={at} />
          </Text>
        </Stack>
        <Button variant="default" size="xs" onClick={toggle} aria-expanded={opened} aria-describedby={id}>
          Details
        </Button>
      </Group>
      {opened && <Details of={of} />}
    </Paper>
  );
}

function Details({ of }: { of: AuditEvent }) {
  const { id, target, status, code, requestId, userAgent, changes } = of;
  const known: [string, ReactNode][] = [
    ...(target ? [['About', `${target.type} ${target.id}`] as [string, ReactNode]] : []),
    ...Object.entries(changes ?? {}).map(([name, value]): [string, ReactNode] => [name, valueText(value)]),
    ...(userAgent ? [['By means of', clientOf(userAgent).name] as [string, ReactNode]] : []),
    ['Answer', [status, code].filter((part) => part !== null).join(' ') || 'none is known'],
    ...(requestId ? [['Request', <Code key="id">{requestId}</Code>] as [string, ReactNode]] : []),
    ['Entry', <Code key="id">{id}</Code>],
  ];
  return (
    <Stack mt="md">
      <Facts of={known} />
    </Stack>
  );
}

/** Texts as they are, everything else as JSON. */
const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
