import {
  paginateDescribeInstances,
  paginateDescribeVolumes,
  type EC2Client,
  type Filter,
  type Tag,
} from '@aws-sdk/client-ec2';
import { InstanceState } from '@berth/contracts';
import type { Disk } from './cloud.ts';
import { definite } from './refusals.ts';

/** What one filter may list. */
const MOST_VALUES = 200;
/** With a filter or a page size a look counts against the larger of EC2's two buckets. */
const PAGE_SIZE = 1_000;

/** The states of these instances by id; a filter, unlike an id list, makes no error of one that EC2 does not show. */
export async function statesOf(ec2: EC2Client, ids: readonly string[]): Promise<Map<string, InstanceState>> {
  const states = new Map<string, InstanceState>();
  for (const Values of parts(ids)) {
    const Filters = [{ Name: 'instance-id', Values }];
    await definite(
      (async () => {
        const pages = paginateDescribeInstances({ client: ec2, pageSize: PAGE_SIZE }, { Filters });
        for await (const { Reservations = [] } of pages)
          for (const { InstanceId = '', State } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
            const state = InstanceState.safeParse(State?.Name);
            if (state.success) states.set(InstanceId, state.data);
          }
      })(),
    );
  }
  return states;
}

/** The volumes of these servers by server, of those that carry `ours`. */
export async function disksOf(
  ec2: EC2Client,
  ours: readonly Filter[],
  serverIds: readonly string[],
): Promise<Map<string, Disk[]>> {
  const disks = new Map<string, Disk[]>();
  for (const Values of parts(serverIds)) {
    const Filters = [...ours, { Name: 'tag:berth:server-id', Values }];
    await definite(
      (async () => {
        const pages = paginateDescribeVolumes({ client: ec2, pageSize: PAGE_SIZE }, { Filters });
        for await (const { Volumes = [] } of pages)
          for (const { VolumeId: id = '', State: state = '', Attachments, Tags } of Volumes) {
            const serverId = serverIdIn(Tags);
            const instanceId = Attachments?.[0]?.InstanceId ?? null;
            disks.set(serverId, [...(disks.get(serverId) ?? []), { id, state, instanceId }]);
          }
      })(),
    );
  }
  return disks;
}

const serverIdIn = (tags: Tag[] = []) => tags.find(({ Key }) => Key === 'berth:server-id')?.Value ?? '';

function* parts(values: readonly string[]): Generator<string[]> {
  for (let start = 0; start < values.length; start += MOST_VALUES)
    yield values.slice(start, start + MOST_VALUES);
}
