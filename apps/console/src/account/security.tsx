import { Stack } from '@mantine/core';
import { calls } from '../api/calls.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Page } from '../ui/page.tsx';
import { ChangeEmail } from './change-email.tsx';
import { ChangePassword } from './change-password.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';

/** What keeps others out: the password, the second factor, the address it can be set anew by, and where one is logged in. */
export default function SecurityScreen() {
  return (
    <Page title="Security" actions={<ApiCalls of={API_CALLS} />}>
      <Stack gap="lg">
        <ChangePassword />
        <SecondFactor />
        <ChangeEmail />
        <Sessions />
      </Stack>
    </Page>
  );
}

const API_CALLS = [
  { title: 'Where you are logged in', call: calls.sessions() },
  { title: 'Log out somewhere else', call: calls.endSession('ses_01jqexample0000000000000000') },
  { title: 'Log out everywhere', call: calls.endSessions() },
  {
    title: 'Change the password',
    call: calls.changePassword({ currentPassword: '…', newPassword: '…' }),
  },
  { title: 'Your second factor', call: calls.secondFactor() },
  { title: 'Begin to set up an authenticator app', call: calls.beginTotp({ password: '…' }) },
  { title: 'Confirm it', call: calls.confirmTotp({ code: '…' }) },
  { title: 'Make new recovery codes', call: calls.renewRecoveryCodes({ password: '…', code: '…' }) },
  { title: 'Remove the authenticator app', call: calls.removeTotp({ password: '…', code: '…' }) },
  {
    title: 'Change the e-mail address',
    call: calls.requestEmailChange({ email: 'ada.king@example.com', password: '…' }),
  },
];
