import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { AnyCodeField } from '../access/code-field.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

interface Props {
  title: string;
  /** What follows. */
  children: string;
  /** On the button that does it. */
  label: string;
  color?: string;
  error: unknown;
  isPending: boolean;
  onBoth: (both: { password: string; code: string }) => void;
  onClose: () => void;
}

/** Asks for password and code again, before the second factor is weakened. */
export function BothFactors({ title, children, label, color, error, isPending, onBoth, onClose }: Props) {
  const form = useForm({ initialValues: { password: '', code: '' } });
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={(event) => form.onSubmit(onBoth)(event)}>
        <Stack>
          <Text size="sm">{children}</Text>
          <PasswordInput
            label="Your password"
            autoComplete="current-password"
            data-autofocus
            required
            {...form.getInputProps('password')}
          />
          <AnyCodeField {...form.getInputProps('code')} />
          {error != null && <ProblemAlert error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending} {...(color && { color })}>
              {label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
