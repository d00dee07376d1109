import { Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

/** Another address to log in with: theirs once they follow the link that is sent to it. */
export function ChangeEmail() {
  const { user } = useMe();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const request = useOrder<null>({
    done: `Follow the link that was sent to ${form.values.email}`,
    onDone: () => form.reset(),
    onRefused: ({ code }) => {
      if (code === 'wrong_password') form.setFieldError('password', 'This is not your password');
      return true;
    },
  });
  return (
    <Paper component="section" withBorder p="lg" radius="md" maw={560}>
      <Title order={2} size="h4" mb={4}>
        E-mail address
      </Title>
      <Text size="sm" c="dimmed" mb="md" style={{ overflowWrap: 'anywhere' }}>
        It is {user.email}. Another one becomes yours when you follow the link that is sent to it, within an
        hour.
      </Text>
      <form onSubmit={form.onSubmit((values) => request.mutate(calls.requestEmailChange(values)))}>
        <Stack>
          <TextInput
            label="New e-mail address"
            type="email"
            autoComplete="email"
            maxLength={254}
            required
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Your password"
            autoComplete="current-password"
            required
            {...form.getInputProps('password')}
          />
          {request.isError && !form.errors['password'] && <ProblemAlert error={request.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={request.isPending}>
              Send the link
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
