import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  ResourceType,
  Tag,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import { AwsError, invalid } from '../errors.ts';
import type { Table } from '../store.ts';
import type { World } from '../world.ts';
import { filtered } from './filters.ts';
import type { Tags } from './model.ts';
import type { Ec2Call } from './operations.ts';

const MOST_TAGS = 50;

export const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The tags that a request gives to resources of one type, as it makes them. */
export function specifiedTags(specifications: TagSpecification[] | undefined, resourceType: string): Tags {
  const given = (specifications ?? []).filter((each) => each.ResourceType === resourceType);
  return withTags(
    {},
    given.flatMap((each) => each.Tags ?? []),
  );
}

function withTags(tags: Tags, added: Tag[]): Tags {
  const result = new Map(Object.entries(tags));
  for (const { Key: key = '', Value: value = '' } of added) {
    if (key === '' || key.length > 127 || key.startsWith('aws:')) {
      throw invalid(
        `Tag keys starting with 'aws:' are reserved for internal use, others have 1 to 127 characters`,
      );
    }
    if (value.length > 255) throw invalid('Tag value exceeds the maximum length of 255 characters');
    result.set(key, value);
  }
  if (result.size > MOST_TAGS)
    throw new AwsError('TagLimitExceeded', `The maximum number of tags is ${MOST_TAGS}`);
  return Object.fromEntries(result);
}

export function tagOperations(world: World) {
  const { instances, volumes, network } = world;

  const resourcesOf = (region: string): Resource[] => [
    ...resources('instance', instances.table, instances.ofRegion(region)),
    ...resources('volume', volumes.table, volumes.ofRegion(region)),
    ...resources('security-group', network.groups, network.groups.all().filter(isIn(region))),
    ...resources('subnet', network.subnets, network.subnets.all().filter(isIn(region))),
    ...resources('vpc', network.vpcs, network.vpcs.all().filter(isIn(region))),
  ];

  function named(region: string, ids: string[] = []): Resource[] {
    const known = new Map(resourcesOf(region).map((resource) => [resource.id, resource]));
    return ids.map((id) => {
      if (id.startsWith('i-')) instances.named(region, id);
      if (id.startsWith('vol-')) volumes.named(region, id);
      const resource = known.get(id);
      if (!resource) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
      return resource;
    });
  }

  return {
    CreateTags(input: CreateTagsRequest, { region }: Ec2Call): void {
      const changes = named(region, input.Resources).map((resource) => {
        const tags = withTags(resource.tags, input.Tags ?? []);
        return () => resource.retag(tags);
      });
      for (const change of changes) change();
    },

    DeleteTags(input: DeleteTagsRequest, { region }: Ec2Call): void {
      for (const { tags, retag } of named(region, input.Resources)) {
        const kept = Object.entries(tags).filter(([key, value]) => !isNamed(input.Tags, key, value));
        retag(Object.fromEntries(kept));
      }
    },

    DescribeTags(input: DescribeTagsRequest, { region }: Ec2Call): DescribeTagsResult {
      const all = resourcesOf(region).flatMap(({ id, type, tags }) =>
        Object.entries(tags).map(([key, value]) => ({ id, type, key, value })),
      );
      const found = filtered(all, input.Filters, {
        'resource-id': (tag) => [tag.id],
        'resource-type': (tag) => [tag.type],
        key: (tag) => [tag.key],
        value: (tag) => [tag.value],
      });
      return {
        Tags: found.map(({ id, type, key, value }) => ({
          ResourceId: id,
          ResourceType: type,
          Key: key,
          Value: value,
        })),
      };
    },
  };
}

interface Resource {
  id: string;
  type: ResourceType;
  tags: Tags;
  retag: (tags: Tags) => void;
}

function resources<T extends { id: string; tags: Tags }>(
  type: ResourceType,
  table: Table<T>,
  documents: T[],
): Resource[] {
  return documents.map((document) => ({
    id: document.id,
    type,
    tags: document.tags,
    retag: (tags) => table.put(document.id, Object.assign(document, { tags })),
  }));
}

const isIn = (region: string) => (document: { region: string }) => document.region === region;

/** A tag without a value is removed whatever its value is. */
const isNamed = (tags: Tag[] | undefined, key: string, value: string) =>
  tags === undefined ||
  tags.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value));
