import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { isProblem } from '../api/problem.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Front } from './front.tsx';
import { NameField, NewPasswordField, tooShort } from './new-person.tsx';
import { useSessionChanged } from './session.tsx';

export default function SignUpScreen() {
  const form = useForm({
    initialValues: { name: '', accountName: '', email: '', password: '' },
    validate: {
      password: tooShort,
    },
  });
  const changed = useSessionChanged();
  const logIn = useOrder({ onDone: () => void changed(), onRefused: () => true });
  const signUp = useOrder({
    onDone: () => logIn.mutate(calls.logIn({ email: form.values.email, password: form.values.password })),
    onRefused: (problem) => {
      if (isProblem(problem, 'email_taken'))
        form.setFieldError('email', 'There is an account with this address already');
      return true;
    },
  });
  const error = [signUp.error, logIn.error].find((one) => one && !isProblem(one, 'email_taken'));
  return (
    <Front title="Create an account" other={{ text: 'You have one?', to: '/login', label: 'Log in' }}>
      <form onSubmit={form.onSubmit((values) => signUp.mutate(calls.signUp(values)))}>
        <Stack>
          <NameField {...form.getInputProps('name')} />
          <TextInput
            label="Company or team"
            autoComplete="organization"
            required
            maxLength={100}
            {...form.getInputProps('accountName')}
          />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            {...form.getInputProps('email')}
          />
          <NewPasswordField {...form.getInputProps('password')} />
          {error != null && <ProblemAlert error={error} />}
          <Button type="submit" loading={signUp.isPending || logIn.isPending} fullWidth>
            Create account
          </Button>
        </Stack>
      </form>
    </Front>
  );
}
