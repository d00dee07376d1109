import { Loader, Skeleton, Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCheck, IconCircle, IconMinus, IconX } from '@tabler/icons-react';
import type { Operation, OperationType, Server } from '@berth/contracts';
import { useState, type ReactNode } from 'react';
import { calls } from '../api/calls.ts';
import { reading, readingAll } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { duration, Moment, useNow } from '../ui/moment.tsx';
import { OPERATIONS } from '../ui/statuses.ts';
import { Card } from './card.tsx';
import { estimateOf, estimateText, isLate } from './estimate.ts';
import classes from './server.module.css';
import { positionText, secondsOf, stepText } from './steps.ts';

const DOING: Partial<Record<OperationType, string>> = {
  launch: 'Launching',
  pause: 'Pausing',
  resume: 'Resuming',
  restart: 'Restarting',
  terminate: 'Terminating',
};

const JUST_NOW_MILLISECONDS = 60_000;

/** The operation in progress, step by step as it happens; one that ended while it was watched, or just before, stays. */
export function Progress({ server }: { server: Server }) {
  const [openedAt] = useState(Date.now);
  const { data } = useQuery(reading(calls.operations(server.id)));
  const latest = data?.items[0];
  const isRecent = latest?.endedAt && Date.parse(latest.endedAt) > openedAt - JUST_NOW_MILLISECONDS;
  const id = server.operation?.id ?? (isRecent ? latest.id : undefined);
  return id ? <Watched key={id} id={id} server={server} /> : null;
}

function Watched({ id, server }: { id: string; server: Server }) {
  const operation = useQuery(reading(calls.operation(id)));
  return (
    <Loaded of={operation} skeleton={<Skeleton h={220} />}>
      {(known) => (
        <Card
          title={(known.endedAt ? undefined : DOING[known.type]) ?? OPERATIONS[known.type]}
          aside={known.endedAt ? <Ended operation={known} /> : <Elapsed operation={known} server={server} />}
        >
          <Steps operation={known} />
        </Card>
      )}
    </Loaded>
  );
}

function Ended({ operation }: { operation: Operation }) {
  const { createdAt, endedAt } = operation;
  return (
    <Text size="sm" fw={600} className={classes.figures}>
      {positionText(operation)} after {duration(secondsOf({ startedAt: createdAt, endedAt }, 0))}
    </Text>
  );
}

function Elapsed({ operation, server }: { operation: Operation; server: Server }) {
  const now = useNow();
  const { data: past } = useQuery(reading(calls.recentOperations()));
  const { data: servers = [] } = useQuery(readingAll(calls.servers()));
  const { type, createdAt } = operation;
  const seconds = secondsOf({ startedAt: createdAt, endedAt: null }, now);
  const isWaiting = server.status === 'waiting_for_capacity';
  const estimate = isWaiting
    ? null
    : estimateOf({ type, product: server.product }, past?.items ?? [], [server, ...servers]);
  return (
    <Text size="sm" c="dimmed" className={classes.figures}>
      {duration(seconds)}
      {estimate && ` · ${isLate(estimate, seconds) ? 'longer than usual: ' : ''}${estimateText(estimate)}`}
    </Text>
  );
}

type Step = Operation['steps'][number];

const icon = (color: string, child: ReactNode) => (
  <ThemeIcon size={20} radius="xl" color={color} variant="filled" aria-hidden>
    {child}
  </ThemeIcon>
);

const SIGNS: Readonly<Record<Step['status'], { sign: ReactNode; word: string }>> = {
  done: { sign: icon('teal', <IconCheck size={14} />), word: 'done' },
  failed: { sign: icon('red', <IconX size={14} />), word: 'failed' },
  running: { sign: <Loader size={20} aria-hidden />, word: 'in progress' },
  pending: { sign: <IconCircle size={20} opacity={0.35} aria-hidden />, word: 'not yet' },
  skipped: { sign: <IconMinus size={20} opacity={0.35} aria-hidden />, word: 'skipped' },
};

function Steps({ operation }: { operation: Operation }) {
  return (
    <>
      <VisuallyHidden role="status">{positionText(operation)}</VisuallyHidden>
      <ol className={classes.list} style={{ gap: 4 }}>
        {operation.steps.map((step) => {
          const { sign, word } = SIGNS[step.status];
          const isAhead = step.status === 'pending' || step.status === 'skipped';
          return (
            <li key={step.name} className={classes.step}>
              {sign}
              <Text size="sm" fw={step.status === 'running' ? 600 : 400} c={isAhead ? 'dimmed' : undefined}>
                {stepText(step.name)}
                <VisuallyHidden>: {word}</VisuallyHidden>
              </Text>
              <StepTime step={step} />
            </li>
          );
        })}
      </ol>
    </>
  );
}

function StepTime({ step: { startedAt, endedAt } }: { step: Step }) {
  if (!startedAt) return null;
  return (
    <Text size="xs" c="dimmed" component="div" className={classes.figures}>
      <Moment at={startedAt} short />
      {' · '}
      {endedAt ? brief(secondsOf({ startedAt, endedAt }, 0)) : <Running since={startedAt} />}
    </Text>
  );
}

const Running = ({ since }: { since: string }) =>
  brief(secondsOf({ startedAt: since, endedAt: null }, useNow()));

const brief = (seconds: number) => (seconds < 1 ? 'under 1 s' : duration(seconds));
