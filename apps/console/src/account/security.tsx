import { Stack } from '@mantine/core';
import { calls } from '../api/calls.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Page } from '../ui/page.tsx';
import { ChangePassword } from './change-password.tsx';
import { Sessions } from './sessions.tsx';

/** What keeps others out: the password, and where one is logged in. */
export default function SecurityScreen() {
  return (
    <Page title="Security" actions={<ApiCalls of={API_CALLS} />}>
      <Stack gap="lg">
        <ChangePassword />
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
];
