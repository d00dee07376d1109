import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { CodeField } from './code-field.tsx';
import { useSessionChanged } from './session.tsx';

export interface Credentials {
  email: string;
  password: string;
}

/** The second step of a log-in, for who has a second factor. */
export function CodeStep({ credentials, onBack }: { credentials: Credentials; onBack: () => void }) {
  const changed = useSessionChanged();
  const [isAppAway, setAppAway] = useState(false);
  const logIn = useOrder({ onDone: () => void changed(), onRefused: () => true });
  const other = () => {
    logIn.reset();
    setAppAway(!isAppAway);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const code = String(new FormData(event.currentTarget).get('code'));
        logIn.mutate(calls.logIn({ ...credentials, code }));
      }}
    >
      <Stack>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {credentials.email} has a second factor.
        </Text>
        {isAppAway ? (
          <TextInput
            key="recovery"
            label="Recovery code"
            description="One of those that you kept; it is good once"
            name="code"
            autoComplete="off"
            minLength={6}
            maxLength={40}
            autoFocus
            required
          />
        ) : (
          <CodeField key="app" name="code" minLength={6} autoFocus />
        )}
        {logIn.isError && <ProblemAlert error={logIn.error} />}
        <Button type="submit" loading={logIn.isPending} fullWidth>
          Log in
        </Button>
        <Button variant="default" onClick={other} fullWidth>
          {isAppAway ? 'Use the authenticator app' : 'Use a recovery code'}
        </Button>
        <Button variant="default" onClick={onBack} fullWidth>
          Back
        </Button>
      </Stack>
    </form>
  );
}
