import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconDownload, IconHistory } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { calls } from '../api/calls.ts';
import { readingPages } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { Entry } from './entry.tsx';
import { filterOf, spanOf, wantedIn, type Wanted } from './filter.ts';
import { Filters } from './filters.tsx';

/** Who did what in the account, or was not let, newest first. */
export default function AuditScreen() {
  const [query, setQuery] = useSearchParams();
  const wanted = useMemo(() => wantedIn(query), [query]);
  const change = (part: Partial<Wanted>) =>
    setQuery(
      Object.entries({ ...wanted, ...part }).filter(([, value]) => value),
      { replace: true },
    );
  const list = calls.auditEvents(filterOf(wanted));
  const trail = useInfiniteQuery(readingPages(list));
  const isFiltered = Object.values(wanted).some(Boolean);
  const files = (['csv', 'json'] as const).map((format) => ({
    format,
    call: calls.exportAuditEvents(format, spanOf(wanted)),
  }));
  return (
    <Page
      title="Audit trail"
      subtitle={<Text c="dimmed">Who did what, or was not let, from where.</Text>}
      actions={
        <>
          <ApiCalls
            of={[
              { title: 'List entries', call: list },
              ...files.map(({ format, call }) => ({ title: `Download as ${format.toUpperCase()}`, call })),
            ]}
          />
          {files.map(({ format, call }) => (
            <Button
              key={format}
              component="a"
              href={call.path}
              download
              variant="default"
              leftSection={<IconDownload size={16} />}
              aria-label={`Download ${format.toUpperCase()}`}
            >
              {format.toUpperCase()}
            </Button>
          ))}
        </>
      }
    >
      <Filters wanted={wanted} onChange={change} />
      <Loaded of={trail} skeleton={<TrailSkeleton />}>
        {({ pages }) => {
          const entries = pages.flatMap(({ items }) => items);
          if (entries.length === 0)
            return (
              <Empty icon={<IconHistory size={28} />} title="Nothing to show">
                {isFiltered ? 'No entry fits; look for less.' : 'What somebody does here shows here.'}
              </Empty>
            );
          return (
            <PlainList label="Entries">
              {entries.map((entry) => (
                <li key={entry.id}>
                  <Entry of={entry} />
                </li>
              ))}
            </PlainList>
          );
        }}
      </Loaded>
      {trail.hasNextPage && (
        <Button
          variant="default"
          loading={trail.isFetchingNextPage}
          onClick={() => void trail.fetchNextPage()}
          style={{ alignSelf: 'center' }}
        >
          Show older ones
        </Button>
      )}
    </Page>
  );
}

const TrailSkeleton = () => (
  <Stack gap="sm">
    {Array.from({ length: 5 }, (_, i) => (
      <Skeleton key={i} h={84} radius="md" />
    ))}
  </Stack>
);
