import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Server } from '@berth/contracts';
import { useState } from 'react';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Status } from '../ui/status.tsx';
import { Card } from './card.tsx';
import { reasonText } from '../ui/statuses.ts';
import { causeText } from './causes.ts';
import classes from './server.module.css';

const AT_FIRST = 10;

/** The change that the address names, `#change-5`; null when it names none. */
function wantedIn(): number | null {
  const [, sequence] = /^#change-(\d{1,9})$/.exec(location.hash) ?? [];
  return sequence === undefined ? null : Number(sequence);
}

/** Where somebody was led, they look. */
function show(entry: HTMLElement | null): void {
  entry?.scrollIntoView({ block: 'center' });
  entry?.focus({ preventScroll: true });
}

/** All that happened to it and why, newest first. */
export function TimelineCard({ server }: { server: Server }) {
  const { user } = useMe();
  const timeline = useQuery(readingAll(calls.timeline(server.id)));
  const [wanted] = useState(wantedIn);
  const [all, setAll] = useState(wanted !== null);
  return (
    <Card title="Timeline">
      <Loaded of={timeline} skeleton={<Skeleton h={240} />}>
        {(entries) => (
          <>
            <ol className={classes.list} reversed>
              {entries
                .toReversed()
                .slice(0, all ? undefined : AT_FIRST)
                .map((entry) => (
                  <li
                    key={entry.sequence}
                    className={classes.entry}
                    {...(entry.sequence === wanted && { ref: show, 'aria-current': true, tabIndex: -1 })}
                  >
                    <Group justify="space-between" gap="xs">
                      <Text size="sm" fw={600} component="div">
                        <Status of={entry.to} />
                      </Text>
                      <Text size="xs" c="dimmed" component="div">
                        <Moment at={entry.at} />
                      </Text>
                    </Group>
                    <Text size="sm" c="dimmed">
                      {[causeText(entry, user.id), reasonText(entry.reason)].filter(Boolean).join(' · ')}
                    </Text>
                  </li>
                ))}
            </ol>
            {entries.length > AT_FIRST && (
              <Button variant="default" size="xs" onClick={() => setAll(!all)} style={{ alignSelf: 'start' }}>
                {all ? 'Show the latest alone' : `Show all ${entries.length}`}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}
