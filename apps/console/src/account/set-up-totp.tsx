import {
  Button,
  Center,
  CopyButton,
  Group,
  Modal,
  PasswordInput,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import type { RecoveryCodes as Codes, TotpSecret } from '@berth/contracts';
import { CodeField } from '../access/code-field.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { QrCode } from './qr-code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

interface Props {
  onClose: () => void;
  /** It is in force. */
  onChanged: () => void;
}

/** Password, QR code, first code, recovery codes: from none to a second factor. */
export default function SetUpTotp({ onClose, onChanged }: Props) {
  const begin = useOrder<TotpSecret>({ onRefused: () => true });
  const confirm = useOrder<Codes>({ onDone: onChanged, onRefused: () => true });
  if (confirm.data) return <RecoveryCodes of={confirm.data.recoveryCodes} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title="Set up an authenticator app">
      {begin.data ? (
        <Confirm
          secret={begin.data}
          error={confirm.error}
          isPending={confirm.isPending}
          onCode={(code) => confirm.mutate(calls.confirmTotp({ code }))}
          onClose={onClose}
        />
      ) : (
        <Begin
          error={begin.error}
          isPending={begin.isPending}
          onPassword={(password) => begin.mutate(calls.beginTotp({ password }))}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

interface Step {
  error: unknown;
  isPending: boolean;
  onClose: () => void;
}

function Begin({ error, isPending, onPassword, onClose }: Step & { onPassword: (password: string) => void }) {
  const form = useForm({ initialValues: { password: '' } });
  return (
    <form onSubmit={(event) => form.onSubmit(({ password }) => onPassword(password))(event)}>
      <Stack>
        <Text size="sm">
          Any app for one-time codes will do. Nothing changes until you have given a code of it.
        </Text>
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          data-autofocus
          required
          {...form.getInputProps('password')}
        />
        {error != null && <ProblemAlert error={error} />}
        <Buttons label="Go on" isPending={isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

interface ConfirmProps extends Step {
  secret: TotpSecret;
  onCode: (code: string) => void;
}

function Confirm({ secret: { secret, uri }, error, isPending, onCode, onClose }: ConfirmProps) {
  const form = useForm({ initialValues: { code: '' } });
  return (
    <form onSubmit={(event) => form.onSubmit(({ code }) => onCode(code))(event)}>
      <Stack>
        <Text size="sm">Scan this with the app within ten minutes, or type the key into it.</Text>
        <Center>
          <QrCode text={uri} label="QR code of the key" />
        </Center>
        <Group align="flex-end" gap="xs">
          <TextInput label="Key" value={secret.match(/.{1,4}/g)?.join(' ') ?? ''} readOnly flex={1} />
          <CopyButton value={secret} timeout={4_000}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} aria-label="Copy the key">
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
        </Group>
        <CodeField autoFocus {...form.getInputProps('code')} />
        {error != null && <ProblemAlert error={error} />}
        <Buttons label="Turn it on" isPending={isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

const Buttons = ({
  label,
  isPending,
  onClose,
}: {
  label: string;
  isPending: boolean;
  onClose: () => void;
}) => (
  <Group justify="flex-end">
    <Button variant="default" onClick={onClose}>
      Cancel
    </Button>
    <Button type="submit" loading={isPending}>
      {label}
    </Button>
  </Group>
);
