import { Button, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { NewPasswordField, tooShort } from '../access/new-person.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

export function ChangePassword() {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: { newPassword: tooShort },
  });
  const change = useOrder<null>({
    done: 'Your password is changed. You are logged in here, and nowhere else.',
    onDone: () => {
      form.reset();
      void client.invalidateQueries({ queryKey: keyOf(calls.sessions()) });
    },
    onRefused: ({ code }) => {
      if (code === 'wrong_password') form.setFieldError('currentPassword', 'This is not your password');
      return true;
    },
  });
  return (
    <Paper component="section" withBorder p="lg" radius="md" maw={560}>
      <Title order={2} size="h4" mb={4}>
        Password
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        Whoever is logged in with the old one is logged out; API tokens stay good.
      </Text>
      <form
        onSubmit={(event) => form.onSubmit((values) => change.mutate(calls.changePassword(values)))(event)}
      >
        <Stack>
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            required
            {...form.getInputProps('currentPassword')}
          />
          <NewPasswordField label="New password" maxLength={200} {...form.getInputProps('newPassword')} />
          {change.isError && !form.errors['currentPassword'] && <ProblemAlert error={change.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending}>
              Change it
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
