import { Anchor, Skeleton, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { Server } from '@berth/contracts';
import { money } from '../ui/money.ts';
import { reasonText } from '../ui/statuses.ts';
import classes from './servers.module.css';
import { hourlyOf, textOf } from './shown.ts';

/** Where the product is opened; nothing to be opened while it is not on. */
export function Address({ of: { hostname, url, status } }: { of: Server }) {
  if (status !== 'running' && status !== 'unavailable')
    return <span className={classes.quiet}>{hostname}</span>;
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" inherit className={classes.address} title={hostname}>
      <span className={classes.cut}>{hostname}</span>
      <IconExternalLink size={14} aria-label="(opens in a new tab)" />
    </Anchor>
  );
}

/** What it costs now, per hour. */
export function Price({ of: server }: { of: Server }) {
  const hourly = hourlyOf(server);
  if (hourly === 0) return <span className={classes.quiet}>none</span>;
  return (
    <>
      {money(hourly, server.price.currency)} <span className={classes.quiet}>/ h</span>
    </>
  );
}

/** `cost` is undefined until it is known; none at all is nothing. */
export function CostSoFar({ of, known, cost }: { of: Server; known: boolean; cost: string | undefined }) {
  if (!known) return <Skeleton h={14} w={52} display="inline-block" role="img" aria-label="Loading" />;
  return money(cost ?? '0', of.price.currency);
}

const MOST_TAGS = 3;

export function TagList({ tags }: { tags: Server['tags'] }) {
  const all = Object.entries(tags).map(textOf);
  if (all.length === 0) return null;
  const more = all.slice(MOST_TAGS);
  return (
    <span className={classes.tags}>
      {all.slice(0, MOST_TAGS).map((tag) => (
        <span key={tag} className={classes.tag} title={tag}>
          {tag}
        </span>
      ))}
      {more.length > 0 && (
        <Text span inherit title={more.join(', ')}>
          +{more.length}
        </Text>
      )}
    </span>
  );
}

/** `micro · 10 GiB · eu-central-1`, and what runs on it. */
export const configurationOf = ({ size, diskGib, region }: Server) => `${size} · ${diskGib} GiB · ${region}`;
export const productOf = ({ product, version }: Server) => `${product} ${version}`;

/** What a status alone does not say: what it waits for, or why it is so. */
export const remarkOn = ({ waitingFor, reason }: Server): string => waitingFor ?? reasonText(reason) ?? '';
