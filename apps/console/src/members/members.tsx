import { Button, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconUserPlus } from '@tabler/icons-react';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { Invitations } from './invitations.tsx';
import { Invite } from './invite.tsx';
import { MemberCard } from './member-card.tsx';
import { mayManageMembers } from './roles.ts';

/** Who belongs to the account, and who is invited to. */
export default function MembersScreen() {
  const members = useQuery(readingAll(calls.members()));
  const mayManage = mayManageMembers(useMe().role);
  const [isInviting, { open, close }] = useDisclosure(false);
  return (
    <Page
      title="Members"
      subtitle={<Text c="dimmed">The people of this account, and what each may do.</Text>}
      actions={
        <>
          <ApiCalls of={API_CALLS} />
          {mayManage && (
            <Button leftSection={<IconUserPlus size={16} />} onClick={open}>
              Invite somebody
            </Button>
          )}
        </>
      }
    >
      <Loaded of={members} skeleton={<Skeleton h={160} radius="md" />}>
        {(list) => (
          <PlainList label="Members">
            {list.map((member) => (
              <li key={member.id}>
                <MemberCard of={member} />
              </li>
            ))}
          </PlainList>
        )}
      </Loaded>
      {mayManage && <Invitations />}
      {isInviting && <Invite onClose={close} />}
    </Page>
  );
}

const API_CALLS = [
  { title: 'List members', call: calls.members() },
  { title: 'Invite somebody', call: calls.invite({ email: 'charles@example.com', role: 'operator' }) },
  { title: 'Give another role', call: calls.updateMember('mem_01jqexample0000000000000000', 'admin') },
  { title: 'Remove a member', call: calls.removeMember('mem_01jqexample0000000000000000') },
];
