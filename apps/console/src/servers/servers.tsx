import { Button } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { IconFilterOff, IconPlus, IconServer2 } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { ServerCards } from './cards.tsx';
import type { ListHandle, ListProps } from './list.ts';
import { ServersSkeleton } from './skeleton.tsx';
import { shownOf } from './shown.ts';
import { ServerTable } from './table.tsx';
import { Toolbar, type Look } from './toolbar.tsx';
import { queryOf, viewOf, type View } from './view.ts';

const BulkBar = lazy(() => import('./bulk-bar.tsx'));
const BlockedBanner = lazy(() => import('../budget/blocked-banner.tsx'));

/** Narrower than this a table would have to be scrolled sideways. */
const WIDE = '(min-width: 62em)';

export function ServersScreen() {
  const [query, setQuery] = useSearchParams();
  const view = useMemo(() => viewOf(query), [query]);
  const change = (part: Partial<View>) => setQuery(queryOf({ ...view, ...part }), { replace: true });

  const list = calls.servers({ includeTerminated: view.group === 'terminated' });
  const servers = useQuery({ ...readingAll(list), placeholderData: keepPreviousData });
  const costs = useCosts();
  const shown = useMemo(() => shownOf(servers.data ?? [], view, costs), [servers.data, view, costs]);

  const isWide = useMediaQuery(WIDE, undefined, { getInitialValueInEffect: false });
  const [chosenLook, setLook] = useLocalStorage<Look>({
    key: 'berth-servers-look',
    defaultValue: 'table',
    getInitialValueInEffect: false,
  });
  const look = isWide ? chosenLook : 'cards';
  const List = look === 'table' ? ServerTable : ServerCards;

  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const mayOrder = ['owner', 'admin', 'operator'].includes(useMe().role);
  const chosen = shown.filter(({ id }) => selected.has(id));
  const handle = useRef<ListHandle>(null);
  const listProps: ListProps = {
    servers: shown,
    costs,
    sort: view.sort,
    onSort: (sort) => change({ sort }),
    selected,
    onSelect: mayOrder ? setSelected : undefined,
    handle,
  };
  return (
    <Page
      title="Servers"
      actions={
        <>
          <ApiCalls of={apiCallsOf(view, shown[0]?.id)} />
          <LaunchButton />
        </>
      }
    >
      <Suspense>
        <BlockedBanner />
      </Suspense>
      <Loaded of={servers} skeleton={<ServersSkeleton look={look} />}>
        {(all) =>
          all.length === 0 && view.group !== 'terminated' ? (
            <Empty icon={<IconServer2 size={28} />} title="No servers yet" action={<LaunchButton />}>
              Pick a size, a version and a disk; it runs within a minute.
            </Empty>
          ) : (
            <>
              <Toolbar
                servers={all}
                shown={shown.length}
                view={view}
                onChange={change}
                look={isWide ? look : undefined}
                onLook={setLook}
                onDown={() => handle.current?.focus(0)}
              />
              {shown.length > 0 ? (
                <List {...listProps} />
              ) : (
                <NothingFits onClear={() => change({ q: '', group: null, tag: '' })} />
              )}
            </>
          )
        }
      </Loaded>
      {chosen.length > 0 && (
        <Suspense>
          <BulkBar servers={chosen} onClear={() => setSelected(new Set())} />
        </Suspense>
      )}
    </Page>
  );
}

const LaunchButton = () => (
  <Button component={Link} to="/servers/new" leftSection={<IconPlus size={16} />}>
    Launch a server
  </Button>
);

const NothingFits = ({ onClear }: { onClear: () => void }) => (
  <Empty
    icon={<IconFilterOff size={28} />}
    title="No server fits"
    action={
      <Button variant="default" onClick={onClear}>
        Clear the filters
      </Button>
    }
  >
    Search for something else, or clear the filters.
  </Empty>
);

/** What each server costs so far this month, in one question for all; undefined until it is known. */
function useCosts() {
  const { data } = useQuery(readingAll(calls.costs({ groupBy: 'server' })));
  return useMemo(() => data && new Map(data.map(({ key, total }) => [key, total])), [data]);
}

/** A server to show calls with, while there is none. */
const SOME_SERVER = 'srv_01jqexample0000000000000000';

const apiCallsOf = ({ group, q, tag }: View, id = SOME_SERVER) => [
  {
    title: 'List servers',
    call: calls.servers({ q, tag, includeTerminated: group === 'terminated' }),
  },
  { title: 'What each costs so far', call: calls.costs({ groupBy: 'server' }) },
  { title: 'Pause one', call: calls.act(id, 'pause') },
  { title: 'Resume one', call: calls.act(id, 'resume') },
];
