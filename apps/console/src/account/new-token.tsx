import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import type { TokenScope } from '@berth/contracts';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import { expiryOf, LIVES } from './expiry.ts';
import { NetworksField } from './networks-field.tsx';
import { problemOf } from './networks.ts';
import { ScopesField } from './scopes-field.tsx';
import { scopesOf } from './scopes.ts';

interface Wanted {
  name: string;
  days: string;
  /** Null: all that its maker may do. */
  scopes: TokenScope[] | null;
  networks: string[];
}

const USUAL: Wanted = { name: '', days: '90', scopes: null, networks: [] };

/** Makes a token, and shows its secret, which nobody can ever see again. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const { role } = useMe();
  const make = useOrder<{ token: string }>({
    onDone: () => void client.invalidateQueries({ queryKey: keyOf(calls.tokens()) }),
    onRefused: () => true,
  });
  const form = useForm<Wanted>({
    initialValues: USUAL,
    validate: {
      name: (text) => !text.trim() && 'Say what it is for',
      scopes: (scopes) => scopes?.length === 0 && 'Choose at least one',
      networks: problemOf,
    },
  });
  if (make.data) {
    return (
      <ShownOnce
        title={`The token “${form.values.name}”`}
        label="Token"
        secret={make.data.token}
        onClose={onClose}
      >
        It is shown this once. Who has it can use it in your name: keep it like a password.
      </ShownOnce>
    );
  }
  const submit = ({ name, days, scopes, networks }: Wanted) => {
    const expiresAt = expiryOf(Number(days), Date.now());
    make.mutate(
      calls.createToken({
        name,
        ...(expiresAt && { expiresAt }),
        ...(scopes && { scopes }),
        ...(networks.length > 0 && { networks }),
      }),
    );
  };
  const { scopes, networks } = form.values;
  return (
    <Modal opened onClose={onClose} title="Make a token">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <TextInput
            label="Name"
            description="What it is for, such as “backups” or “CI”"
            maxLength={100}
            data-autofocus
            required
            {...form.getInputProps('name')}
          />
          <NativeSelect
            label="Good for"
            data={LIVES.map(({ days, label }) => ({ value: String(days), label }))}
            {...form.getInputProps('days')}
          />
          <ScopesField
            offered={scopesOf(role)}
            value={scopes}
            onChange={(chosen) => form.setFieldValue('scopes', chosen)}
            error={form.errors['scopes']}
          />
          <NetworksField value={networks} onChange={(given) => form.setFieldValue('networks', given)} />
          {make.isError && <ProblemAlert error={make.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={make.isPending}>
              Make it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
