import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Void } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, readingAll } from '../api/reading.ts';
import { amountOf, VoidList } from '../costs/void-list.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Sure } from '../ui/sure.tsx';
import { DeclareVoid } from './declare-void.tsx';

/** What of an account's usage is not billed, and declaring more of it. */
export function AccountVoids({ of: id }: { of: string }) {
  const voids = useQuery(readingAll(calls.accountVoids(id)));
  const servers = useQuery(readingAll(calls.accountServers(id, 'true')));
  const nameOf = (serverId: string) =>
    servers.data?.find((server) => server.id === serverId)?.name ?? serverId;
  return (
    <Loaded of={voids} skeleton={<Skeleton h={80} radius="md" />}>
      {(list) => (
        <Stack gap="sm" align="flex-start">
          {list.length === 0 ? (
            <Text c="dimmed">All that it used is billed.</Text>
          ) : (
            <div style={{ alignSelf: 'stretch' }}>
              <VoidList of={list} nameOf={nameOf} action={(one) => <BillAgain what={one} account={id} />} />
            </div>
          )}
          {servers.data && servers.data.length > 0 && <DeclareVoid of={id} servers={servers.data} />}
        </Stack>
      )}
    </Loaded>
  );
}

function BillAgain({ what, account }: { what: Void; account: string }) {
  const queries = useQueryClient();
  const withdraw = useOrder<Void>({
    done: 'The minutes are billed again',
    onDone: () => void queries.invalidateQueries({ queryKey: keyOf(calls.accountVoids(account)) }),
  });
  return (
    <Sure
      button="Bill again"
      label={`Bill ${amountOf(what)} again`}
      title={`Bill ${amountOf(what)} again?`}
      isPending={withdraw.isPending}
      onSure={() => withdraw.mutate(calls.withdrawVoid(account, what.id))}
    >
      The usage is recorded anew as it was. The account sees it, and a month that is invoiced is corrected on
      the next invoice.
    </Sure>
  );
}
