import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Front } from './front.tsx';
import { useSessionChanged } from './session.tsx';

export function LogInScreen() {
  const changed = useSessionChanged();
  const logIn = useOrder({ onDone: () => void changed(), onRefused: () => true });
  const submit = (form: FormData) =>
    logIn.mutate(calls.logIn({ email: String(form.get('email')), password: String(form.get('password')) }));
  return (
    <Front title="Log in" other={{ text: 'New here?', to: '/signup', label: 'Create an account' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <Stack>
          <TextInput label="E-mail" name="email" type="email" autoComplete="username" required />
          <PasswordInput label="Password" name="password" autoComplete="current-password" required />
          {logIn.isError && <ProblemAlert error={logIn.error} />}
          <Button type="submit" loading={logIn.isPending} fullWidth>
            Log in
          </Button>
        </Stack>
      </form>
    </Front>
  );
}
