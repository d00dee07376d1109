import { Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Operation, Server } from '@berth/contracts';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { duration, Moment } from '../ui/moment.tsx';
import { Dot } from '../ui/status.tsx';
import { OPERATIONS, type Tone } from '../ui/statuses.ts';
import { Card } from './card.tsx';
import { whoIs } from './causes.ts';
import { failureOf } from './failures.ts';
import classes from './server.module.css';

const OUTCOMES: Readonly<Record<Operation['status'], { label: string; tone: Tone }>> = {
  pending: { label: 'begins', tone: 'busy' },
  running: { label: 'in progress', tone: 'busy' },
  succeeded: { label: 'done', tone: 'good' },
  failed: { label: 'failed', tone: 'bad' },
  canceled: { label: 'cancelled', tone: 'calm' },
};

const SHOWN = 8;

/** What was asked of it lately, and how that went. */
export function OperationsCard({ server }: { server: Server }) {
  const operations = useQuery(reading(calls.operations(server.id)));
  return (
    <Card title="Recent operations">
      <Loaded of={operations} skeleton={<Skeleton h={120} />}>
        {({ items }) => (
          <ul className={classes.list}>
            {items.slice(0, SHOWN).map((operation) => (
              <Entry key={operation.id} operation={operation} />
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

function Entry({ operation }: { operation: Operation }) {
  const { user } = useMe();
  const { type, status, createdAt, endedAt, error, requestedBy } = operation;
  const { label, tone } = OUTCOMES[status];
  const took = endedAt && duration((Date.parse(endedAt) - Date.parse(createdAt)) / 1000);
  return (
    <li>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600} component="div">
          <Dot tone={tone} label={`${OPERATIONS[type]} ${label}`} />
        </Text>
        <Text size="xs" c="dimmed" component="div">
          <Moment at={createdAt} />
        </Text>
      </Group>
      <Text size="sm" c="dimmed">
        By {whoIs(requestedBy.id, user.id)}
        {took && `, took ${took}`}
        {error && `: ${failureOf(error.code).title.toLowerCase()}`}
      </Text>
    </li>
  );
}
