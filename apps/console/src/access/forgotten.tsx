import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Front } from './front.tsx';

/** For who has lost their password. Whether there is such a user is told to nobody but who reads what is sent to the address. */
export default function ForgottenScreen() {
  const form = useForm({ initialValues: { email: '' } });
  const request = useOrder<null>({ onRefused: () => true });
  return (
    <Front title="Forgotten password" other={{ text: 'You know it?', to: '/login', label: 'Log in' }}>
      {request.isSuccess ? (
        <Text role="status">
          If somebody here has the address {form.values.email}, a link is on its way to it. It is good for one
          hour.
        </Text>
      ) : (
        <form onSubmit={form.onSubmit((values) => request.mutate(calls.requestPasswordReset(values)))}>
          <Stack>
            <TextInput
              label="E-mail"
              type="email"
              autoComplete="username"
              required
              {...form.getInputProps('email')}
            />
            {request.isError && <ProblemAlert error={request.error} />}
            <Button type="submit" loading={request.isPending}>
              Send me a link
            </Button>
          </Stack>
        </form>
      )}
    </Front>
  );
}
