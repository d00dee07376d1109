import { Alert, Button, Code, Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import type { Accepted, Server } from '@berth/contracts';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { isProblem } from '../api/problem.ts';
import { reading } from '../api/reading.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { failureOf } from './failures.ts';
import { stepText } from './steps.ts';
import { useTakeAccepted } from './take-accepted.ts';

/** Why a launch came to nothing, and the ways on. */
export function Failed({ server }: { server: Server }) {
  const { data: operations } = useQuery(reading(calls.operations(server.id)));
  const { failure } = server;
  const { title, advice } = failureOf(failure?.code ?? 'launch failed');
  const detail = operations?.items.find(({ type, status }) => type === 'launch' && status === 'failed')?.error
    ?.detail;
  return (
    <Alert role="alert" color="red" variant="outline" icon={<IconAlertTriangle />} title={title}>
      <Stack gap="sm">
        <Text size="sm">{advice} The launch is not billed, and all that it made is removed.</Text>
        {failure && (
          <Text size="xs" c="dimmed">
            It failed at “{stepText(failure.step)}” with <Code>{failure.code}</Code>
            {detail && `: ${detail}`}
          </Text>
        )}
        {failure?.retryable ? (
          <Retry server={server} />
        ) : (
          <Button component={Link} to="/servers/new" size="sm" style={{ alignSelf: 'start' }}>
            Launch another
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

const LOOK_AGAIN_MILLISECONDS = 2_000;

function Retry({ server }: { server: Server }) {
  const { data: catalog } = useQuery(reading(calls.catalog()));
  const [zone, setZone] = useState('');
  const [size, setSize] = useState('');
  const taken = useTakeAccepted();
  const retry = useOrder<Accepted>({ onDone: taken, onRefused: () => true });
  const { mutate, error } = retry;
  // What the failed launch made must be gone first; that takes a moment, and each attempt is an order of its own.
  const isRemoving = isProblem(error, 'invalid_state');
  const body = { ...(zone && { zone }), ...(size && { size }) };
  const [wanted, setWanted] = useState(body);
  useEffect(() => {
    if (!isRemoving) return;
    const timer = setTimeout(() => mutate(calls.retry(server.id, wanted)), LOOK_AGAIN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [isRemoving, error, mutate, server.id, wanted]);
  const zones = catalog?.regions.find(({ id }) => id === server.region)?.zones ?? [];
  const product = catalog?.products.find(({ id }) => id === server.product);
  const sizes = catalog?.sizes.filter(({ id }) => product?.sizes.includes(id)) ?? [];
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <Select
          label="Zone"
          w={190}
          value={zone}
          onChange={(value) => setZone(value ?? '')}
          allowDeselect={false}
          data={[{ value: '', label: 'As ordered' }, ...zones]}
        />
        <Select
          label="Size"
          w={190}
          value={size}
          onChange={(value) => setSize(value ?? '')}
          allowDeselect={false}
          data={[
            { value: '', label: `${server.size}, as ordered` },
            ...sizes
              .filter(({ id }) => id !== server.size)
              .map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <Button
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={retry.isPending || isRemoving}
          onClick={() => {
            setWanted(body);
            mutate(calls.retry(server.id, body));
          }}
        >
          Retry
        </Button>
      </Group>
      {isRemoving ? (
        <Text size="sm" role="status">
          What the failed launch made is still being removed; the retry begins right after that.
        </Text>
      ) : (
        error != null && <ProblemAlert error={error} />
      )}
    </Stack>
  );
}
