import { ActionIcon, Button, Code, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { HostnameCheck } from '@berth/contracts';
import { IconCheck, IconDice5 } from '@tabler/icons-react';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { friendlyName } from './friendly-name.ts';

const TYPING_MILLISECONDS = 300;

interface Props {
  name: string;
  onName: (name: string) => void;
  /** Null: made from the name. */
  hostname: string | null;
  onHostname: (hostname: string | null) => void;
  /** What follows the host name: `berth.localhost`; unknown before the first server. */
  zone: string | undefined;
  errors: { name?: string | undefined; hostname?: string | undefined };
}

/** The server's name and, made from it or chosen, the host name it will have; whether that is free is asked while one types. */
export function NameFields({ name, onName, hostname, onHostname, zone, errors }: Props) {
  const wanted = (hostname ?? name).trim();
  const [asked] = useDebouncedValue(wanted, TYPING_MILLISECONDS);
  const { data } = useQuery({ ...reading(calls.hostname(asked)), enabled: asked !== '', staleTime: 10_000 });
  const check = asked === wanted ? data : undefined;
  return (
    <Stack gap="xs">
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => onName(event.currentTarget.value)}
        required
        withAsterisk={false}
        maxLength={100}
        error={errors.name}
        rightSection={
          <Tooltip label="Another name">
            <ActionIcon
              variant="subtle"
              color="harbour"
              aria-label="Another name"
              onClick={() => onName(friendlyName())}
            >
              <IconDice5 size={18} />
            </ActionIcon>
          </Tooltip>
        }
      />
      {hostname === null ? (
        <Group gap="xs" mih={32}>
          <Text size="sm" c="dimmed" role="status">
            {wanted === '' ? 'Its host name is made from the name' : <Derived check={check} zone={zone} />}
          </Text>
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => onHostname(check?.proposal ?? '')}
            aria-label="Change the host name"
          >
            Change
          </Button>
        </Group>
      ) : (
        <Chosen
          {...{ hostname, onHostname, zone, check }}
          error={errors.hostname ?? (check && obstacleText(check))}
        />
      )}
    </Stack>
  );
}

function Derived({ check, zone }: { check: HostnameCheck | undefined; zone: string | undefined }) {
  if (!check) return 'Looking for a free host name …';
  return (
    <>
      Host name <Code>{[check.proposal, zone].filter(Boolean).join('.')}</Code>
      {check.reason === 'taken' && `, since ${check.hostname} is taken`}
      {check.reason === 'reserved' && `, since ${check.hostname} is reserved`}
    </>
  );
}

interface ChosenProps extends Pick<Props, 'onHostname' | 'zone'> {
  hostname: string;
  check: HostnameCheck | undefined;
  error: string | undefined;
}

function Chosen({ hostname, onHostname, zone, check, error }: ChosenProps) {
  return (
    <Stack gap={4}>
      <TextInput
        label="Host name"
        value={hostname}
        onChange={(event) => onHostname(event.currentTarget.value.toLowerCase())}
        maxLength={40}
        spellCheck={false}
        autoCapitalize="none"
        description={zone && `It will be ${hostname || '…'}.${zone}`}
        error={error}
        rightSection={check?.available && <IconCheck size={18} aria-hidden />}
      />
      <Group gap="xs" mih={32}>
        <Text size="sm" c="dimmed" role="status">
          {check?.available ? 'This host name is free' : ''}
        </Text>
        {check && !check.available && (
          <Button variant="light" size="compact-sm" onClick={() => onHostname(check.proposal)}>
            Use {check.proposal}
          </Button>
        )}
        <Button variant="subtle" size="compact-sm" onClick={() => onHostname(null)}>
          Make it from the name
        </Button>
      </Group>
    </Stack>
  );
}

const OBSTACLES = {
  taken: 'This host name is taken',
  reserved: 'This host name is reserved',
  invalid: '3 to 40 of a to z, 0 to 9 and hyphens in between',
} as const;

const obstacleText = ({ reason }: HostnameCheck) => (reason ? OBSTACLES[reason] : undefined);
