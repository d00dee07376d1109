import { groupBy } from '../evidence/api.ts';
import type { Evidence } from '../evidence.ts';
import type { StreamRecord } from '../customers/record.ts';
import { aboutServer } from './finding.ts';
import { counted, type Invariant } from './invariant.ts';

/**
 * Streams of `GET /v1/events` that were followed from the beginning over all losses of the connection: ids without a gap, no
 * `reset`, and every transition of every server once and in order.
 */
export const streams: Invariant = {
  name: 'live events missed, doubled or out of order',
  mustBe: '0',
  check(evidence) {
    return counted(
      evidence.record.streams.flatMap((stream) => [...ids(stream), ...transitions(stream, evidence)]),
    );
  },
};

function ids({ accountId, events, begunAt }: StreamRecord): string[] {
  let last = begunAt ?? 0;
  return events.flatMap(({ id, event }) => {
    const expected = last + 1;
    last = id;
    if (event === 'reset') return [`${accountId}: reset at ${id}`];
    return id === expected ? [] : [`${accountId}: id ${id} in the place of ${expected}`];
  });
}

function transitions({ accountId, events }: StreamRecord, { servers }: Evidence): string[] {
  const told = groupBy(events, ({ serverId }) => serverId ?? '');
  return servers
    .filter((each) => each.accountId === accountId)
    .flatMap((each) => {
      const heard = (told.get(each.server.id) ?? []).flatMap((event) => event.transitions);
      const wanted = each.timeline.map(({ sequence }) => sequence);
      if (heard.join() === wanted.join()) return [];
      return [aboutServer(each, `the transitions ${wanted.join(' ')} told`, heard.join(' ') || 'nothing')];
    });
}
