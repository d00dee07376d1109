import { Button, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { calls, type OpenInvitation } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { reading } from '../api/reading.ts';
import { ROLES } from '../members/roles.ts';
import { Loaded } from '../ui/loaded.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Front } from './front.tsx';
import { NameField, NewPasswordField, tooShort } from './new-person.tsx';
import { useSession, useSessionChanged } from './session.tsx';

/** Where the link of an invitation leads. Its secret is in the fragment, which a browser sends to nobody. */
export default function InvitationScreen() {
  const [secret] = useState(() => location.hash.slice(1));
  const invitation = useQuery({ ...reading(calls.readInvitation(secret)), retry: false });
  const session = useSession();
  return (
    <Front title="You are invited" other={{ text: 'Not you?', to: '/', label: 'Go to the console' }}>
      <Loaded of={invitation} skeleton={<Skeleton h={200} />}>
        {(open) => (
          <Stack>
            <Text>
              to <b>{open.accountName}</b>, as {open.email}.
            </Text>
            <Text size="sm" c="dimmed">
              {ROLES[open.role]}
            </Text>
            <Loaded of={session} skeleton={<Skeleton h={120} />}>
              {(me) =>
                me ? (
                  <Join secret={secret} invitation={open} email={me.user.email} />
                ) : (
                  <SignUp secret={secret} invitation={open} />
                )
              }
            </Loaded>
          </Stack>
        )}
      </Loaded>
    </Front>
  );
}

interface Props {
  secret: string;
  invitation: OpenInvitation;
}

/** For who is logged in. */
function Join({ secret, invitation, email }: Props & { email: string }) {
  const [, navigate] = useLocation();
  const changed = useSessionChanged();
  const arrived = () => void changed().then(() => navigate('/'));
  const change = useOrder({ onDone: arrived, onRefused: () => true });
  const join = useOrder<{ account: { id: string } }>({
    onDone: ({ account }) => change.mutate(calls.switchAccount(account.id)),
    onRefused: () => true,
  });
  const logOut = useOrder({ onDone: () => void changed() });
  if (email.toLowerCase() !== invitation.email.toLowerCase()) {
    return (
      <>
        <Text size="sm">You are logged in as {email}, and this invitation is for another address.</Text>
        <Button variant="default" loading={logOut.isPending} onClick={() => logOut.mutate(calls.logOut())}>
          Log out
        </Button>
      </>
    );
  }
  const error = join.error ?? change.error;
  return (
    <>
      {error != null && <ProblemAlert error={error} />}
      <Button
        loading={join.isPending || change.isPending}
        onClick={() => join.mutate(calls.acceptInvitation(secret))}
      >
        Join
      </Button>
    </>
  );
}

/** For who has no account yet, or is not logged in. */
function SignUp({ secret, invitation: { email } }: Props) {
  const [, navigate] = useLocation();
  const changed = useSessionChanged();
  const form = useForm({
    initialValues: { name: '', password: '' },
    validate: {
      password: tooShort,
    },
  });
  const arrived = () => void changed().then(() => navigate('/'));
  const logIn = useOrder({ onDone: arrived, onRefused: () => true });
  const signUp = useOrder({
    onDone: () => logIn.mutate(calls.logIn({ email, password: form.values.password })),
    onRefused: () => true,
  });
  const error = signUp.error ?? logIn.error;
  const from = `/invitation#${secret}`;
  return (
    <form
      onSubmit={form.onSubmit((values) =>
        signUp.mutate(calls.signUp({ ...values, email, invitation: secret })),
      )}
    >
      <Stack>
        <NameField {...form.getInputProps('name')} />
        <TextInput label="E-mail" value={email} type="email" autoComplete="username" readOnly />
        <NewPasswordField {...form.getInputProps('password')} />
        {error != null && <ProblemAlert error={error} />}
        <Button type="submit" loading={signUp.isPending || logIn.isPending}>
          Create account and join
        </Button>
        <Button variant="default" onClick={() => navigate('/login', { state: { from } })}>
          Log in instead
        </Button>
      </Stack>
    </form>
  );
}
