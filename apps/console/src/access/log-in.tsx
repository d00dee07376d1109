import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { isProblem } from '../api/problem.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { CodeStep, type Credentials } from './code-step.tsx';
import { Front } from './front.tsx';
import { useSessionChanged } from './session.tsx';

export function LogInScreen() {
  const changed = useSessionChanged();
  const [given, setGiven] = useState<Credentials | null>(null);
  const logIn = useOrder({ onDone: () => void changed(), onRefused: () => true });
  const submit = (form: FormData) => {
    const credentials = { email: String(form.get('email')), password: String(form.get('password')) };
    setGiven(credentials);
    logIn.mutate(calls.logIn(credentials));
  };
  const isCodeNeeded = isProblem(logIn.error, 'second_factor_required');
  const back = () => {
    setGiven(null);
    logIn.reset();
  };
  return (
    <Front
      title={isCodeNeeded ? 'Enter your code' : 'Log in'}
      other={{ text: 'New here?', to: '/signup', label: 'Create an account' }}
    >
      {isCodeNeeded && given ? (
        <CodeStep credentials={given} onBack={back} />
      ) : (
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
            <Anchor component={Link} to="/forgotten" size="sm" underline="always" ta="center">
              Forgotten your password?
            </Anchor>
          </Stack>
        </form>
      )}
    </Front>
  );
}
