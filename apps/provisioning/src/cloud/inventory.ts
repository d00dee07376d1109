import {
  CreateTagsCommand,
  DeleteTagsCommand,
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeVolumes,
  type Filter,
  type Instance,
  type Tag,
  type Volume,
} from '@aws-sdk/client-ec2';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.ts';
import { CallBudget } from './call-budget.ts';
import { ec2Client } from './ec2-client.ts';
import { definite } from './refusals.ts';

/** An instance or a volume that carries this deployment's tag. */
export interface Resource {
  id: string;
  kind: 'instance' | 'volume';
  region: string;
  /** EC2's word for it: `running`, `available`. */
  state: string;
  /**
   * Since when it is there. Of an instance the earliest time EC2 tells of it: `LaunchTime` alone is that of the last start.
   */
  madeAt: Date;
  tags: Readonly<Record<string, string>>;
}

/** The largest page EC2 gives. */
const PAGE_SIZE = 1_000;
/** What is on its way out needs nobody to remove it. */
const LIVE_INSTANCES: Filter = {
  Name: 'instance-state-name',
  Values: ['pending', 'running', 'stopping', 'stopped'],
};

/** All that this deployment has at EC2, whether or not a server is known for it; the tag is filtered by EC2 itself. */
@Injectable()
export class Inventory implements OnApplicationShutdown {
  private readonly clients = new Map<string, EC2Client>();

  constructor(
    private readonly config: Config,
    private readonly budget: CallBudget,
  ) {}

  /** Every live instance and every volume of a region; throws when a page is missing. */
  async all(region: string, signal: AbortSignal): Promise<Resource[]> {
    return [...(await this.instances(region, [], signal)), ...(await this.volumes(region, [], signal))];
  }

  /** One of them as it is now; null when it is gone, or does not carry the tag any more. */
  async again({ id, kind, region }: Resource, signal: AbortSignal): Promise<Resource | null> {
    const one = { Name: `${kind}-id`, Values: [id] };
    const found =
      kind === 'instance'
        ? await this.instances(region, [one], signal)
        : await this.volumes(region, [one], signal);
    return found[0] ?? null;
  }

  async tag({ region, id }: Resource, tag: Required<Tag>, abortSignal: AbortSignal): Promise<void> {
    const command = new CreateTagsCommand({ Resources: [id], Tags: [tag] });
    await definite(this.in(region).send(command, { abortSignal }));
  }

  async untag({ region, id }: Resource, key: string, abortSignal: AbortSignal): Promise<void> {
    const command = new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: key }] });
    await definite(this.in(region).send(command, { abortSignal }));
  }

  onApplicationShutdown(): void {
    for (const ec2 of this.clients.values()) ec2.destroy();
  }

  private async instances(region: string, filters: Filter[], signal: AbortSignal): Promise<Resource[]> {
    const Filters = [this.ours, LIVE_INSTANCES, ...filters];
    const paging = { client: this.in(region), pageSize: PAGE_SIZE };
    const pages = paginateDescribeInstances(paging, { Filters }, { abortSignal: signal });
    const found: Resource[] = [];
    for await (const { Reservations = [] } of definitePages(pages)) {
      const all = Reservations.flatMap(({ Instances = [] }) => Instances);
      found.push(...all.flatMap((instance) => instanceOf(region, instance) ?? []));
    }
    return found;
  }

  private async volumes(region: string, filters: Filter[], signal: AbortSignal): Promise<Resource[]> {
    const Filters = [this.ours, ...filters];
    const paging = { client: this.in(region), pageSize: PAGE_SIZE };
    const pages = paginateDescribeVolumes(paging, { Filters }, { abortSignal: signal });
    const found: Resource[] = [];
    for await (const { Volumes = [] } of definitePages(pages))
      found.push(...Volumes.flatMap((volume) => volumeOf(region, volume) ?? []));
    return found;
  }

  private get ours(): Filter {
    return { Name: 'tag:berth:deployment-id', Values: [this.config.deploymentId] };
  }

  private in(region: string): EC2Client {
    const ec2 = this.clients.get(region) ?? ec2Client(this.config, region, this.budget);
    this.clients.set(region, ec2);
    return ec2;
  }
}

/** Undefined for what EC2 does not say enough of to judge it. */
function instanceOf(region: string, instance: Instance): Resource | undefined {
  const {
    InstanceId: id,
    State,
    LaunchTime,
    BlockDeviceMappings = [],
    NetworkInterfaces = [],
    Tags,
  } = instance;
  const times = [
    LaunchTime,
    ...BlockDeviceMappings.map(({ Ebs }) => Ebs?.AttachTime),
    ...NetworkInterfaces.map(({ Attachment }) => Attachment?.AttachTime),
  ].flatMap((time) => time?.getTime() ?? []);
  if (!id || !State?.Name || !LaunchTime) return undefined;
  const madeAt = new Date(Math.min(...times));
  return { id, kind: 'instance', region, state: State.Name, madeAt, tags: tagsOf(Tags) };
}

function volumeOf(region: string, { VolumeId: id, State, CreateTime, Tags }: Volume): Resource | undefined {
  if (!id || !State || !CreateTime) return undefined;
  return { id, kind: 'volume', region, state: State, madeAt: CreateTime, tags: tagsOf(Tags) };
}

const tagsOf = (tags: Tag[] = []) => Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

/** Pages, each with EC2's certain refusals told apart. */
async function* definitePages<Page>(pages: AsyncGenerator<Page>): AsyncGenerator<Page> {
  for (let next = await definite(pages.next()); !next.done; next = await definite(pages.next()))
    yield next.value;
}
