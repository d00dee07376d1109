import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useLocation } from 'wouter';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { Front } from './front.tsx';
import { LinkProblem, TO_CONSOLE, useSecret } from './mailed-link.tsx';
import { NewPasswordField, tooShort } from './new-person.tsx';
import { useSessionChanged } from './session.tsx';

/** Where the link leads by which a new password is chosen. */
export default function ResetScreen() {
  const secret = useSecret();
  const [, navigate] = useLocation();
  const changed = useSessionChanged();
  const form = useForm({ initialValues: { password: '' }, validate: { password: tooShort } });
  // A session that this browser has may be one of those that end.
  const reset = useOrder<null>({ onDone: () => void changed(), onRefused: () => true });
  return (
    <Front title="Choose a new password" other={TO_CONSOLE}>
      {reset.isSuccess ? (
        <Stack>
          <Text role="status">Your password is changed, and you are logged out everywhere.</Text>
          <Button onClick={() => navigate('/login')}>Log in</Button>
        </Stack>
      ) : (
        <form
          onSubmit={form.onSubmit(({ password }) => reset.mutate(calls.resetPassword({ secret, password })))}
        >
          <Stack>
            <NewPasswordField label="New password" maxLength={200} {...form.getInputProps('password')} />
            {reset.isError && (
              <LinkProblem
                error={reset.error}
                another={
                  <Anchor component={Link} to="/forgotten" size="sm" underline="always">
                    Have another sent
                  </Anchor>
                }
              />
            )}
            <Button type="submit" loading={reset.isPending}>
              Set the password
            </Button>
          </Stack>
        </form>
      )}
    </Front>
  );
}
